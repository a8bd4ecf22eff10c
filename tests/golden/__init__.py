"""Golden replays: a story, and every emission it must make. `make golden` rewrites them; the review reads the difference."""

from __future__ import annotations

from pathlib import Path

import msgspec

from streams.replay import Replay
from streams.story import START, offset, story

STORIES = tuple(sorted((Path(__file__).parent / "stories").glob("*.story")))


def replayed(path: Path) -> str:
    """The story's emissions, one JSON line each, then the journey's last standing; `# until 40d` in the story lets time pass."""
    text = path.read_text()
    until = next((offset(line.split()[2]) for line in text.splitlines() if line.startswith("# until ")), 0)
    replay = Replay().run(story(text), START + until if until else None)
    journey = replay.journeys["c1"]
    standing = {
        "stage": journey.stage.name, "phase": journey.phase.name, "rung": journey.rung.name, "band": journey.band,
        "open": [s.detector for s in journey.open], "matters": sorted(journey.deadlines), "next_wake": journey.next_wake,
        "outcomes": replay.partition.outcomes,
    }  # fmt: skip
    lines = [*replay.emissions, standing]
    return "".join(msgspec.json.encode(line).decode() + "\n" for line in lines)


def golden_of(path: Path) -> Path:
    """Where the expected emissions of a story are kept."""
    return path.with_suffix(".jsonl")
