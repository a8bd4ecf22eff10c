"""What a file can show of the risk of leaving, as the `[evaluation]` table of its mapping says: whom to ask, when, and the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.touchpoints import Touchpoint


@dataclass(frozen=True)
class Likeness:
    """Touchpoints of a kind, with these values in these fields.

    >>> from streams.story import story
    >>> from schemas.touchpoints import BY_KIND
    >>> offer = Likeness(BY_KIND["message_sent"], {"campaign": "loan_offer"})
    >>> sent = story("0 post message_sent message=m1 campaign=loan_offer") + story("0 post message_sent message=m2")
    >>> [offer.holds(each) for each in sent]
    [True, False]
    """

    kind: type[Touchpoint]
    fields: Mapping[str, object] = field(default_factory=dict)

    def holds(self, touchpoint: Touchpoint) -> bool:
        """Whether this is one of them."""
        return type(touchpoint) is self.kind and all(getattr(touchpoint, name) == value for name, value in self.fields.items())


@dataclass(frozen=True)
class Question:
    """Who met the `anchor` is judged `days` after the first one, unless it has ended by then; leaving is the `outcome`.

    Who was first seen before `split` (ms UTC) is learnt from, the others are what figures are of.
    """

    about: str
    anchor: Likeness
    days: float
    outcome: Likeness
    ends: tuple[type[Touchpoint], ...]
    split: int


@dataclass(frozen=True)
class Horizons:
    """Everyone who is known on a day is judged there; leaving is to do nothing for so many days."""

    cut: int  # ms UTC
    within: tuple[float, ...]  # days
