"""What this process runs: the commit, and whether the core is its Python sources or the same modules compiled by `make fast`."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

Build = Literal["pure", "compiled"]


def build_of(module: str) -> Build:
    """Return how the module of this name would be loaded, without loading it.

    >>> build_of("json"), build_of("msgspec._core")
    ('pure', 'compiled')
    """
    spec = find_spec(module)
    return "compiled" if spec and spec.origin and spec.origin.endswith(tuple(EXTENSION_SUFFIXES)) else "pure"


BUILD: Build = build_of("streams.decide")  # one wheel holds either all hot modules compiled, or none


def commit_of(written: Path, git: Path) -> str:
    """Return the commit of an installed wheel, from the file that its build wrote, or of a checkout, from its `.git`; "" if neither says.

    >>> commit_of(Path("no such file"), Path("no such folder"))
    ''
    """
    try:
        if written.exists():
            return written.read_text().strip()
        head = (git / "HEAD").read_text().strip()
        branch = head.removeprefix("ref: ")
        if branch == head:
            return head
        if (git / branch).exists():
            return (git / branch).read_text().strip()
        packed = (line.split(" ") for line in (git / "packed-refs").read_text().splitlines())
        return next((each[0] for each in packed if each[-1] == branch), "")
    except OSError:
        return ""


COMMIT = commit_of(Path(__file__).with_name("COMMIT"), Path(__file__).parents[2] / ".git")[:12]


def build_in_words() -> str:
    """Return version, commit and build, as `sojourn --version` and `sojourn doctor` say them."""
    return f"sojourn {version('sojourn')} ({f'commit {COMMIT}' if COMMIT else 'commit unknown'}, {BUILD})"
