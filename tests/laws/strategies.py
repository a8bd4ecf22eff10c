"""Generated journeys: plausible and nasty courses of touchpoints over every kind, with few places and references, so that patterns happen.

    @given(journeys())
    def test_something(touchpoints: list[Touchpoint]) -> None: ...

Hypothesis chooses how many touchpoints there are, of which kind, how far apart in time (also backwards) and with which dice; the dice fill
the fields. So a failing journey shrinks to few touchpoints, and a draw costs little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

import msgspec
from hypothesis import strategies as st

from schemas.touchpoints import BY_KIND, KINDS, Touchpoint, kind_of
from schemas.touchpoints.units import EARLIEST, LATEST
from streams.story import START

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
GAPS = (0, 1, 200, SECOND, 5 * SECOND, MINUTE, 9 * MINUTE, 31 * MINUTE, HOUR, 5 * HOUR, DAY, 7 * DAY, 40 * DAY, -SECOND, -HOUR, -3 * DAY)
PACES = (GAPS, GAPS, (0, 1, 200, SECOND), (5 * SECOND, MINUTE, 9 * MINUTE), (5 * HOUR, DAY, 7 * DAY, 7 * DAY))
BUSY = ((HOUR, 5 * HOUR, DAY), (5 * HOUR, DAY), (DAY, 2 * DAY), (2 * DAY, 5 * DAY), (HOUR, 7 * DAY))  # paces of a customer of months
TWICE, ALIKE = 9, (4, 5, 6, 7, 8)  # of 10 steps: the same touchpoint arrives again; another one just like it happens
TO_AND_FRO = (0, 0)  # gap and how of a step: what happened in the latest two steps happens three times more, in turns
Step = tuple[type[Touchpoint], int, int, int]  # kind, gap, dice, how
CHANNELS = ("web", "app", "store", "call", "chat", "email", "social", "post", "")
PLACES = ("/pay", "/a", "/cart", "")
WORDS = ("a", "b", "")
NAMED: dict[str, tuple[str, ...]] = {
    "page_type": ("", "checkout", "feed", "gallery", "status", "cancel", "error"),
    "element": ("", "button", "link", "stepper", "text"),
    "by": ("", "link", "back", "reload"),
    "reason": ("", "late", "size", "expired", "password"),
    "rule": ("", "format", "strength"),
    "purpose": ("marketing", "profiling"),
    "flow": ("", "checkout", "payment"),
    "order": ("o1", "o2", "o3", "o4", ""),
    "receipt": ("r1", "r2", "r3", "r4", "r5", "r6"),
    "currency": ("", "EUR", "EUR", "USD", "JPY"),
    "intent": ("delivery", "cancel", ""),
    "other": ("",),  # a second id is the business of tests/laws/test_identity.py
}
NUMBERED: dict[str, tuple[int, ...]] = {"status": (0, 200, 401, 404, 503)}


@cache
def _fields(kind: type[Touchpoint]) -> tuple[tuple[str, Any], ...]:
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)
    own = ("id", "customer", "at", "channel", "place")
    return tuple((field.name, field.type) for field in info.fields if field.name not in own)


def _integer(dice: Random, name: str, kind: Any, at: int) -> int:
    if kind.ge == EARLIEST:
        return min(max(at + dice.choice(GAPS), EARLIEST), LATEST)
    return int(dice.choice(NUMBERED.get(name, (0, 1, 2, 3, 40, 3000, 0, 1, kind.le, kind.ge))))


MAKERS: dict[type[msgspec.inspect.Type], Callable[[Random, str, Any, int], Any]] = {
    msgspec.inspect.UnionType: lambda dice, name, kind, at: _value(dice, name, dice.choice(kind.types), at),
    msgspec.inspect.NoneType: lambda *_: None,
    msgspec.inspect.BoolType: lambda dice, *_: dice.random() < 0.4,
    msgspec.inspect.LiteralType: lambda dice, _name, kind, _at: dice.choice(kind.values),
    msgspec.inspect.StrType: lambda dice, name, kind, _at: dice.choice(NAMED.get(name, WORDS))[: kind.max_length],
    msgspec.inspect.FloatType: lambda dice, *_: dice.choice((0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, -1.0, 1e9)),
    msgspec.inspect.IntType: _integer,
    msgspec.inspect.VarTupleType: lambda *_: (),
}


def _value(dice: Random, name: str, kind: Any, at: int) -> Any:
    return MAKERS[type(kind)](dice, name, kind, at)


def _scale(fields: dict[str, Any]) -> None:
    """Most surveys state a scale that makes sense."""
    if "low" in fields:
        fields["low"], fields["high"] = (0, 10) if fields.get("metric") == "nps" else (1, 5)


def touchpoint(kind: type[Touchpoint], at: int, number: int, seed: int, customer: str = "c1") -> Touchpoint:
    """One of this kind at this time (ms UTC); equal arguments give equal touchpoints."""
    dice = Random(seed)
    fields = {name: _value(dice, name, info, at) for name, info in _fields(kind)}
    if dice.random() < 0.8:
        _scale(fields)
    fields |= {"id": f"e{number}", "customer": customer, "at": at, "channel": dice.choice(CHANNELS), "place": dice.choice(PLACES)}
    return msgspec.convert(fields, kind, strict=False)


def apart(each: Touchpoint, number: int) -> Touchpoint:
    """Return the touchpoint with a thing of its own: what others tell of, it does not tell again."""
    named = {row[0]: f"{row[0]}{number}" for row in each.thing if getattr(each, row[0])}
    return msgspec.structs.replace(each, **named) if named else each


def _course(steps: Sequence[Step], pace: Sequence[int], customer: str) -> list[Touchpoint]:
    at, made = START, list[Touchpoint]()
    kind, seed = steps[0][0] if steps else KINDS[0], 0
    before = kind, seed
    for number, (next_kind, gap, next_seed, how) in enumerate(steps, 1):
        at = max(at + pace[gap % len(pace)], START - 10 * DAY)
        if how == TWICE and made:
            made.append(made[-1])
            continue
        if how not in ALIKE:
            before, kind, seed = (kind, seed), next_kind, next_seed
        made.append(touchpoint(kind, at, number, seed, customer))
        if (gap, how) == TO_AND_FRO:
            for turn, again in enumerate((before, (kind, seed)) * 3, 1):
                at += abs(pace[(next_seed + turn) % len(pace)])
                made.append(touchpoint(again[0], at, 1_000 * number + turn, again[1], customer))
    return made


def course(seed: int, kinds: Sequence[type[Touchpoint]], length: int = 30) -> list[Touchpoint]:
    """One such journey without Hypothesis; equal seeds give equal journeys."""
    dice = Random(seed)
    pools, pace = (kinds, kinds, kinds, KINDS), dice.choice(PACES)
    steps = [(dice.choice(dice.choice(pools)), dice.randrange(len(GAPS)), dice.randrange(400), dice.randrange(10)) for _ in range(length)]
    return _course(steps, pace, "c1")


def wane(seed: int, kinds: Sequence[type[Touchpoint]], length: int = 160) -> list[Touchpoint]:
    """A customer of some months, with a pace of their own, who after a while comes less, does something else, or stays as they are."""
    dice = Random(seed)
    before, after = dice.choice(BUSY), dice.choice(BUSY)
    settled, liked = dice.randrange(length // 2, length), dice.sample(kinds, min(len(kinds), dice.choice((1, 2, 4))))
    at, made = START, list[Touchpoint]()
    for number in range(1, length + 1):
        at += dice.choice(before if number < settled else after)
        pool = KINDS if dice.random() < 0.1 else kinds if number > settled and dice.random() < 0.5 else liked
        made.append(touchpoint(dice.choice(pool), at, number, dice.randrange(400)))
    return made


def wanes(kinds: Sequence[type[Touchpoint]]) -> st.SearchStrategy[list[Touchpoint]]:
    """Such customers, as Hypothesis draws them."""
    return st.builds(wane, st.integers(0, 10_000), st.just(tuple(kinds)), st.integers(60, 160))


def journeys(kinds: Sequence[type[Touchpoint]] = (), max_size: int = 30, customer: str = "c1") -> st.SearchStrategy[list[Touchpoint]]:
    """Touchpoints of one customer in the order they arrive: some late, some twice. `kinds` come often, all others now and then."""
    some = st.sampled_from([kind_of(kind) for kind in KINDS])
    often = st.sampled_from([kind_of(kind) for kind in kinds]) if kinds else some
    kind = st.one_of(often, often, often, some).map(lambda name: BY_KIND[name])
    step = st.tuples(kind, st.integers(0, len(GAPS) - 1), st.integers(0, 400), st.integers(0, 9))
    return st.builds(_course, st.lists(step, max_size=max_size), st.sampled_from(PACES), st.just(customer))
