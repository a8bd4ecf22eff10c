"""Rewrite the golden replays and the recorded run: `make golden`, then read the difference."""

from __future__ import annotations

from tests.golden import STORIES, golden_of, replayed
from tests.golden.recorded import RECORDED, written

for path in STORIES:
    golden_of(path).write_text(replayed(path))
    print(f"{golden_of(path).name}: {golden_of(path).read_text().count(chr(10))} lines")
RECORDED.write_text(written())
