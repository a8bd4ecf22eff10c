"""What is learnt from on a real stream: a year of a grocer's customers through the oracle, cadence models published as the year goes on."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

import msgspec

from agents.learning.examples import Example
from agents.tools.evaluating.course import Course
from agents.tools.evaluating.history import history
from streams.rules import Rules

REPOSITORY = Path(__file__).resolve().parents[3]
CACHE = REPOSITORY / ".sojourn" / "cache"


@cache
def examples() -> tuple[Example, ...]:
    """Every stated risk of the year and what became of it, in the order in which it came true. A minute, unless nothing that decides it
    has changed since the last time: then from a file that one may delete."""
    kept = CACHE / f"grocer-examples-{_fingerprint()}.msgpack"
    if kept.exists():
        return msgspec.msgpack.decode(kept.read_bytes(), type=tuple[Example, ...])
    year, course = history(CACHE), Course(Rules())
    course.run(year.touchpoints(), year.until)
    found = tuple(sorted(course.examples, key=lambda each: (each.due, each.customer)))
    draft = kept.with_suffix(".draft")
    draft.write_bytes(msgspec.msgpack.encode(found))
    draft.replace(kept)
    return found


def _fingerprint() -> str:
    """Of every line that the examples depend on: what is decided, how the year is shaped, and how models are published."""
    rooms = ("schemas", "streams", "agents/tools/demo", "agents/tools/evaluating", "agents/learning/cadence")
    files = sorted(file for room in rooms for file in (REPOSITORY / room).rglob("*.py"))
    ours = [REPOSITORY / "agents" / "learning" / name for name in ("examples.py",)]
    digest = blake2b(digest_size=6)
    for file in (*files, *ours):
        digest.update(file.read_bytes())
    return digest.hexdigest()
