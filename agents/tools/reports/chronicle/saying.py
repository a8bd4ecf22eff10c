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


def visible(text: str) -> str:
    """Return the text with every character that a terminal would not show as its code.

    >>> visible("p-" + chr(0) + "9"), visible("a" + chr(10) + "b")
    ('p-\\\\x009', 'a\\\\nb')
    """
    return text if text.isprintable() else "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
