"""Rewrites the golden replays and the README's tables: `make golden`, then read the difference."""

from __future__ import annotations

from tests.golden import STORIES, golden_of, replayed
from tests.golden.recorded import RECORDED, written
from tests.readme import README, renewed

for path in STORIES:
    golden_of(path).write_text(replayed(path))
    print(f"{golden_of(path).name}: {golden_of(path).read_text().count(chr(10))} lines")
README.write_text(renewed(README.read_text()))

RECORDED.write_text(written())
