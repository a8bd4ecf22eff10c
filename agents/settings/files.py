"""Reads a file that a person wrote. A file of such a kind is small, so nobody waits for one that has no end."""

from __future__ import annotations

from pathlib import Path

LARGEST = 1024 * 1024  # bytes: the largest blueprint of ours has 9 KB


def small_text(path: Path) -> str:
    """Return the text of a file of at most 1 MiB. Raises ValueError if it is larger or no UTF-8, and OSError."""
    with path.open("rb") as file:
        found = file.read(LARGEST + 1)
    if len(found) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 1024} KiB")
    return found.decode()
