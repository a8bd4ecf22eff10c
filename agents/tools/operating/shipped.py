"""The files that ship with the product, beside its code: mappings of public files, blueprints, the lock of what workers need.

In a checkout they lie in `deploy/`, in an installed wheel in the package itself (pyproject.toml puts them there).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import agents

INSTALLED = Path(agents.__file__).parent / "deploy"
CHECKOUT = Path(agents.__file__).parent.parent / "deploy"


def shipped() -> Path:
    """Return the folder that holds them.

    >>> (shipped() / "mappings" / "README.md").is_file()
    True
    """
    return INSTALLED if INSTALLED.is_dir() else CHECKOUT


def pairs(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each shipped file with the place it gets below `folder`: `folder/deploy/mappings/cdnow.toml`, and so on."""
    for file in sorted(shipped().rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file, folder / "deploy" / file.relative_to(shipped())


def changed(folder: Path) -> list[Path]:
    """Return the places where another file lies already, which writing out would replace."""
    return [there for file, there in pairs(folder) if there.exists() and there.read_bytes() != file.read_bytes()]


def write_out(folder: Path) -> list[Path]:
    """Write all shipped files below `folder`, and return where. What lies there is replaced."""
    written = []
    for file, there in pairs(folder):
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(file.read_bytes())
        written.append(there)
    return written
