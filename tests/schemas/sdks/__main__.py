"""Print what becomes of the events of five SDKs: `python -m tests.schemas.sdks`."""

from __future__ import annotations

from tests.schemas.sdks.reading import table

if __name__ == "__main__":
    print(table())
