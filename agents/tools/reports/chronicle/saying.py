"""The words for one record."""

from __future__ import annotations

from typing import Literal

import msgspec

Tone = Literal["plain", "good", "bad", "moved", "decided"]


class Saying(msgspec.Struct, frozen=True):
    """The words for one record: a sentence, its reasons, and a tone: whether it is good news for the customer's experience."""

    words: str
    because: tuple[str, ...] = ()
    tone: Tone = "plain"


def evidence_of(ids: tuple[str, ...]) -> str:
    """Return the ids as one line; an empty text if there are none."""
    return f"evidence: {', '.join(ids)}" if ids else ""
