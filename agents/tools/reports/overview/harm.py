"""What each friction does at each place: since when, to how many customers, what it costs, who answers for it, and what to do first.

A currency stands at every amount. Where no event and no blueprint has named one, the words say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agents.tools.reports.overview.spots import Spot, week_number
from schemas.currencies import in_words
from schemas.outputs.figures import Share
from schemas.outputs.insights import Insight, PlaceMeasured, PurchasesMeasured
from streams.insights.course import Course, Week, course_of
from streams.insights.harm.meetings import customers_since
from streams.insights.intervals import share_of
from streams.insights.naming import monday_of

DEFINITIONS = {
    "visits": "visits in which it opened",
    "matters": "matters due by a time (a promised parcel, a checkout begun) that did not come",
}
ASSUMED = (
    "A cart counts for the first friction that its customer met while it was open, and as left until an order follows. A contact counts "
    "for the first friction within the 2 days before it. Some carts are left anyway: this is no proof of a cause."
)
EXPLAIN = "sojourn explain"  # what shows a customer's story: the words before the id
STEADY = 0.1  # what a friction that did not change counts, against 1 for one that is all new [ours]


Examples = Mapping[tuple[str, str], tuple[str, ...]]  # (detector, place) -> customers who met it last


@dataclass
class Harm:
    """One friction at one place of one channel, over weeks."""

    channel: str
    place: str
    detector: str
    owner: str = ""
    of_what: str = "visits"
    opened: Counter[int] = field(default_factory=Counter)  # week -> how often
    hit: Counter[int] = field(default_factory=Counter)  # week -> visits, or matters, that it befell
    of: Counter[int] = field(default_factory=Counter)  # week -> all of them
    met: dict[int, Counter[int]] = field(default_factory=dict)  # week -> customers by the weeks since they met it before
    carts: int = 0
    carts_left: int = 0
    left: Counter[str] = field(default_factory=Counter)  # currency -> worth of the carts that were left, minor units
    contacts: int = 0
    examples: tuple[str, ...] = ()  # customers who met it last

    @property
    def customers(self) -> int:
        """How many different customers met it."""
        return customers_since(self.met, 0)

    @property
    def share(self) -> Share:
        """How many visits, or matters, it befell. `definition` says of what."""
        return share_of(self.hit.total(), self.of.total())

    @property
    def definition(self) -> str:
        """What the share is of."""
        return DEFINITIONS[self.of_what]

    @property
    def course(self) -> Course:
        """Its rate over the weeks."""
        return course_of([Week(week, self.hit[week], self.of[week]) for week in sorted(self.of)])

    @property
    def since(self) -> str:
        """The Monday of the week since which it is other than before; empty: it is steady."""
        return monday_of(week) if (week := self.course.since) is not None else ""

    @property
    def newly_hurt(self) -> int:
        """How many different customers met it since its rate changed; in all weeks, if it did not."""
        return customers_since(self.met, self.course.since or 0)

    @property
    def cost(self) -> str:
        """The worth of the carts that were left, in words."""
        return money(self.left)


def harms_of(insights: Iterable[Insight], first: str = "", examples: Examples | None = None) -> list[Harm]:
    """Return every friction at every place from the week of `first` on, those to act on first at the top.

    `examples`: (detector, place) -> customers who met it last.
    """
    every = list(insights)
    measured = [each for each in every if isinstance(each, PlaceMeasured) and each.week >= first]
    found: dict[tuple[str, str, str], Harm] = {}
    visits: dict[tuple[str, str], Counter[int]] = {}
    for each in measured:
        visits.setdefault((each.channel, each.place), Counter())[week_number(each.week)] += each.visits
        for name in each.frictions:
            at = each.channel, each.place, name
            _take(found.setdefault(at, Harm(*at)), each)
    hurting = [harm for harm in found.values() if harm.opened]
    for harm in hurting:
        if harm.of_what == "visits":
            harm.of = visits[harm.channel, harm.place]
        harm.examples = next((told for at in (harm.place, "") if (told := (examples or {}).get((harm.detector, at)))), ())
    worth = worth_of_a_customer(every)
    return sorted(hurting, key=lambda harm: (-weight(harm, worth[0]), -harm.carts_left, harm.place, harm.channel, harm.detector))


def _take(harm: Harm, measured: PlaceMeasured) -> None:
    week, counted = week_number(measured.week), measured.frictions[harm.detector]
    harm.owner = measured.owner or harm.owner
    if counted.of_what == "matters":
        harm.of_what = "matters"
        harm.of[week] += counted.of
    if counted.opened:
        harm.opened[week] += counted.opened
        harm.hit[week] += counted.hit
    harm.met.setdefault(week, Counter()).update({int(ago): count for ago, count in counted.customers.items()})
    harm.carts += counted.carts
    harm.carts_left += counted.carts_left
    harm.left.update(counted.left)
    harm.contacts += counted.contacts


def worth_of_a_customer(insights: Iterable[Insight]) -> tuple[float, str]:
    """Return what a customer has brought on average (minor units), and its currency: that of most customers. 0 if nobody bought."""
    bought = max((each for each in insights if isinstance(each, PurchasesMeasured)), key=lambda each: each.customers, default=None)
    return (bought.past / bought.customers, bought.currency) if bought and bought.customers else (0.0, "")


def weight(harm: Harm, worth: float) -> float:
    """Return customers x value x change: how many met it since it changed, what a customer brings, and which part of it is new."""
    course = harm.course
    new = (course.after.rate - course.before.rate) / course.after.rate if course.after.rate else 0.0
    return harm.newly_hurt * max(worth, 1.0) * max(new, STEADY)


def reason(harm: Harm, worth: tuple[float, str]) -> str:
    """Return why this comes first, in words."""
    course = harm.course
    people = f"{harm.newly_hurt:,} customers met it{f' since {harm.since}' if harm.since else ''}"
    brings = f"a customer has brought {money({worth[1]: round(worth[0])})} on average" if worth[0] else "no purchase has a known value"
    change = f"{course.after.rate:.1%} now, {course.before.rate:.1%} before" if harm.since else "no clear change over the weeks"
    return f"{people}; {brings}; {change}"


def money(amounts: Mapping[str, int]) -> str:
    """Return amounts in words, each with its currency.

    >>> money({"EUR": 130_000, "": 5}), money({})
    ('1,300.00 EUR, 0.05 (no currency named)', '-')
    """
    named = [(amount, code) for code, amount in sorted(amounts.items(), reverse=True) if amount]
    return ", ".join(f"{in_words(amount, code)}{'' if code else ' (no currency named)'}" for amount, code in named) or "-"


def hurt_customers(spots: Iterable[Spot]) -> int:
    """Return how many different customers met any friction anywhere."""
    together: dict[int, Counter[int]] = {}
    for spot in spots:
        for week, ago in spot.first_hurt.items():
            together.setdefault(week, Counter()).update(ago)
    return customers_since(together, 0)
