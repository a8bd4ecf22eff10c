"""F45, blocked steps: how one look at a step is judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from streams.detectors import Detector, Limits, after
from streams.insights.blocked.steps import Counted
from streams.insights.surges.spans import deviations_of
from streams.insights.surges.surge import never_found

S = TypeVar("S")
ENOUGH = 8  # customers of a day, to say that a step has recovered; as many more than the usual are no crowd [ours]
LIMITS = {
    "deviations": 5.0, "fewer": 20.0, "fall": 0.25, "usual": 0.5, "certain": 0.8, "crowd": 2.0, "weeks": 3.0, "weeks_back": 8.0,
}  # fmt: skip


class Part(NamedTuple):
    """One segment in a look: the customers who came and who got on, and what is usual for as many."""

    came: int
    got_on: int
    expected: float  # customers who usually do not get on, of as many
    variance: float  # of that
    usually: float  # customers who come in these hours of other weeks


def step_blocked(parts: Sequence[Part], limits: Limits = LIMITS) -> float | None:
    """Suddenly far fewer customers than usual get on from a place.

    **Definition**: of the customers who came to a place on a channel in the day so far, we count those who did not get on within an hour.
    We compare with the same hours of the same weekday in the `weeks_back` weeks before. The step is blocked if the number is above the
    expected one by `deviations` standard deviations *and* by `fewer` customers, and the share that got on is lower by the part `fall`. Both
    must hold at two looks in a row. **Default**: 5 standard deviations, for many places and spans of days are compared; 20 customers, a
    quarter; 8 weeks back, 3 at least.
    **Source**: Farrington et al. 1996 for the deviation; the rest is [ours].
    **Guard**: only places where at least the part `usual` gets on, in these hours and over all days before. A place with two kinds of
    work, one in the morning, is no step: what is done at which hour may change. Known and new customers are compared apart, and a visitor
    counts only where they came from another place. So a crowd from elsewhere is no blocked step. Below the part `certain` the place is not
    judged while more than `crowd` times the usual number comes. While a crowd of one segment comes, the place is judged by the other,
    unless at least eight of those do not get on either.

    >>> ordinary = Part(came=200, got_on=150, expected=50.0, variance=40.0, usually=200.0)
    >>> step_blocked([ordinary]), round(step_blocked([ordinary._replace(got_on=60)]), 1)
    (None, 14.2)
    """
    came, got_on = sum(part.came for part in parts), sum(part.got_on for part in parts)
    stopped, expected = came - got_on, sum(part.expected for part in parts)
    share = 1 - expected / came if came else 0.0
    if stopped - expected < limits["fewer"] or share < limits["usual"] or got_on > (1 - limits["fall"]) * share * came:
        return None
    if share < limits["certain"] and came > limits["crowd"] * sum(part.usually for part in parts):
        return None
    beyond = deviations_of(stopped - expected, sum(part.variance for part in parts))
    return beyond if beyond > limits["deviations"] else None


def judged_parts(parts: Mapping[S, Part], limits: Limits) -> Mapping[S, Part]:
    """Return the parts by which a place is judged: not a crowd that came for something else, as readers of an article.

    The other customers tell. At least ENOUGH of them must fare as the crowd does, rather than as always: then it is the place. So a
    company that grows fast is judged as well.

    >>> known = Part(came=20, got_on=17, expected=3.0, variance=2.5, usually=20.0)
    >>> crowd = Part(came=200, got_on=40, expected=30.0, variance=25.0, usually=40.0)
    >>> list(judged_parts({"new": crowd, "known": known}, LIMITS))
    ['known']
    >>> list(judged_parts({"new": crowd, "known": known._replace(got_on=5)}, LIMITS))
    ['new', 'known']
    """
    others = {segment: part for segment, part in parts.items() if part.came <= limits["crowd"] * part.usually + ENOUGH}
    crowds = [part for segment, part in parts.items() if segment not in others]
    if not others or not crowds:
        return parts
    came, got_on = _total(others.values())
    crowd_came, crowd_got_on = _total(crowds)
    as_always = came - sum(part.expected for part in others.values())
    fare_alike = came >= ENOUGH and 2 * got_on < as_always + came * crowd_got_on / crowd_came
    return parts if fare_alike else others


def _total(parts: Iterable[Part]) -> tuple[int, int]:
    """Return how many came, and how many got on."""
    known = list(parts)
    return sum(part.came for part in known), sum(part.got_on for part in known)


def may_be_blocked(now: Counted, limits: Limits) -> bool:
    """Return whether so many customers of a segment did not get on that it is worth comparing."""
    return any(came - got_on >= limits["fewer"] and got_on <= (1 - limits["fall"]) * came for came, got_on in _segments(now))


def lets_on(usually: Counted, limits: Limits) -> bool:
    """Return whether at least the part `usual` gets on, of a segment or of all.

    >>> lets_on(Counted(came=(0, 500), got_on=(0, 150)), LIMITS), lets_on(Counted(came=(0, 500), got_on=(0, 300)), LIMITS)
    (False, True)
    """
    return any(came and got_on >= limits["usual"] * came for came, got_on in _segments(usually))


def _segments(counted: Counted) -> Iterator[tuple[int, int]]:
    """Yield the customers who came and who got on: new ones, known ones, all."""
    return zip((*counted.came, sum(counted.came)), (*counted.got_on, sum(counted.got_on)), strict=True)


DECLARED = Detector(
    name="step_blocked", family="friction", ask=never_found, doc=step_blocked.__doc__ or "", module=__name__, closes=after(days=1),
    severity=5, limits=LIMITS,
)  # fmt: skip
