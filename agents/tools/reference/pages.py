"""Lists the pages, writes them to a folder, and checks whether those in a folder are what the code says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from agents.tools.reference.blueprint import blueprint_page
from agents.tools.reference.commands import commands_page
from agents.tools.reference.detectors import friction_page, signal_page
from agents.tools.reference.exits import exits_page
from agents.tools.reference.kinds import formats_page, kinds_page
from agents.tools.reference.metrics import metrics_page
from agents.tools.reference.reasons import reasons_page
from agents.tools.reference.settings import settings_page
from agents.tools.reference.topics import topics_page

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "reference"
PAGES: Mapping[str, Callable[[], str]] = {
    "blueprint.md": blueprint_page,
    "churn-signals.md": signal_page,
    "commands.md": commands_page,
    "exit-codes.md": exits_page,
    "formats.md": formats_page,
    "frictions.md": friction_page,
    "kinds.md": kinds_page,
    "metrics.md": metrics_page,
    "reasons.md": reasons_page,
    "settings.md": settings_page,
    "topics.md": topics_page,
}


def write(folder: Path) -> list[str]:
    """Write every page, delete files that are no page of ours, and return the names of those that changed."""
    made, there = _make_all(), _read_all(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in there.keys() - made.keys():
        (folder / name).unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return _differing_names(made, there)


def differences(folder: Path) -> list[str]:
    """Return the names of the pages in this folder that differ from the code: other text, missing, or no page of ours."""
    return _differing_names(_make_all(), _read_all(folder))


def main(words: Sequence[str], folder: Path = FOLDER) -> int:
    """Write the pages and return 0. With `--check` only print which differ, and return 1 if one does."""
    if "--check" not in words:
        print("\n".join(f"docs/reference/{name}" for name in write(folder)) or "docs/reference is as the code says")
        return 0
    if wrong := differences(folder):
        print(f"docs/reference is not what the code says: {', '.join(wrong)}; run `make docs` and read the difference", file=sys.stderr)
    return int(bool(wrong))


@cache
def _make_all() -> dict[str, str]:
    return {name: make() for name, make in PAGES.items()}


def _read_all(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*")}


def _differing_names(made: dict[str, str], there: dict[str, str]) -> list[str]:
    return sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))
