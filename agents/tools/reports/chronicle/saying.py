"""What a record says to a person."""

from __future__ import annotations

from typing import Literal

import msgspec

Tone = Literal["plain", "good", "bad", "moved", "decided"]


class Saying(msgspec.Struct, frozen=True):
    """What a record says: one sentence, its reasons, and whether it is good news for the customer's experience."""

    words: str
    because: tuple[str, ...] = ()
    tone: Tone = "plain"


def evidence_of(ids: tuple[str, ...]) -> str:
    """The ids as one line; empty where there are none."""
    return f"evidence: {', '.join(ids)}" if ids else ""
