"""Runs of an invented company without a broker: the real table of incidents, alarms that tests choose, and customers with real journeys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from agents.tools.demo.findings import Findings
from agents.tools.demo.invented.listening import Answered, claims
from agents.tools.demo.invented.run import Ran
from agents.tools.demo.invented.scene import RULES, Shown
from agents.tools.demo.invented.story import hit
from agents.tools.demo.invented.verdict import verdict
from agents.tools.demo.measured import Measured
from agents.tools.demo.story import Story
from agents.tools.reports.chronicle.entries import chronicle
from agents.world.company import DAY, HOUR
from agents.world.day import begin
from agents.world.telling import opening
from schemas.outputs import Output
from schemas.outputs.alarms import StepBlocked, SurgeRaised
from schemas.outputs.insights import Insight
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import FrictionOpened
from schemas.touchpoints.base import Touchpoint
from schemas.writing import rfc3339
from streams.replay import Replay
from streams.rules import Rules
from streams.story import story

WORLD = begin(1, 91, 10)
TRUTHS = list(opening(WORLD))
INCIDENTS = {each["name"]: each for each in TRUTHS if each["truth"] == "incident"}
PAID = WORLD.start_of(37) + 10 * HOUR  # a moment at which the payment gateway is half down
REFUSED = """
0   web page_viewed    /                 page=/
1m  web cart_updated   /cart             cart=k1 items=1 value=2100
2m  web page_viewed    /checkout/payment page=/checkout/payment
3m  web payment_failed /checkout/payment payment=z1 order=o1
"""
SEEN = "26h web offer_delivered offer={offer}\n27h web offer_seen offer={offer}\n"
ANSWERS = {
    "": "", "delivered": "26h web offer_delivered offer={offer}", "seen": SEEN,
    "accepted": f"{SEEN}28h web offer_accepted offer={{offer}}", "declined": f"{SEEN}28h web offer_declined offer={{offer}}",
}  # fmt: skip


@dataclass(frozen=True)
class Life:
    """One customer's touchpoints, and what the journey made of them."""

    customer: str
    touched: list[Touchpoint]
    outputs: list[Output]
    by: str = "payment_gateway"  # which incident refused the payment; empty: none

    @property
    def offers(self) -> list[OfferMade]:
        return [each for each in self.outputs if isinstance(each, OfferMade)]

    @property
    def friction(self) -> FrictionOpened:
        return next(each for each in self.outputs if isinstance(each, FrictionOpened))


def life(customer: str, answer: str = "", *, by: str = "payment_gateway", more: str = "", place: str = "/checkout/payment") -> Life:
    """A customer whose payment is refused, and who answers so to the offer that follows. `more` are further lines of their story."""
    text = REFUSED.replace("/checkout/payment", place) + more
    offer = Life(customer, [], _made_of(story(text, customer, PAID))).offers[0].id
    touched = sorted(story(text + ANSWERS[answer].format(offer=offer), customer, PAID), key=lambda each: each.at)
    return Life(customer, touched, _made_of(touched), by)


def _made_of(touched: Sequence[Touchpoint]) -> list[Output]:
    replay = Replay(Rules(RULES)).run(touched, touched[-1].at + DAY)
    return [each for each in replay.emissions if isinstance(each, Output)]


def alarm(names: str, at: int, place: str = "/checkout/payment") -> Insight:
    """The alarm of a name in the table of incidents, as `payment_failed@web` or `step_blocked@web /cart`, that could be known at `at`."""
    (name, channel), where = names.split(" ", maxsplit=1)[0].split("@"), names.partition(" ")[2]
    common: dict[str, Any] = {
        "id": f"{names} {at}", "channel": channel or "email", "day": rfc3339(at)[:10], "since": rfc3339(at),
        "until": rfc3339(at + HOUR), "expected": 1.0, "beyond": 9.0, "usual": 0.1, "weeks": 5, "severity": 4, "limits": {},
        "words": f"{name} said so",
    }  # fmt: skip
    if name == "step_blocked":
        blocked = {"place": where or place, "first": common["day"], "stands": False, "came": 9, "got_on": 1, "share": 0.1}
        return StepBlocked(**common, **blocked, asked=0, usually_asked=0.0)
    return SurgeRaised(**common, of=name, openings=9, exposures=90, rate=0.1)


def all_found() -> list[Insight]:
    """An alarm for each incident, five hours after it begins."""
    return [alarm(each["found_by"][0], each["from"] + 5 * HOUR, each["place"]) for each in INCIDENTS.values() if each["found_by"]]


@dataclass
class Company:
    """What a test changes of a run."""

    lives: Iterable[Life] = ()
    insights: list[Insight] = field(default_factory=all_found)
    truths: list[dict[str, Any]] = field(default_factory=list)  # beside the table and the lives' own

    def ran(self) -> Ran:
        """The results of the run."""
        lives, found = list(self.lives), Findings()
        outputs = [each for one in lives for each in one.outputs]
        for each in outputs:
            found.take(msgspec.json.encode(each))
        planted = [_planted(one) for one in lives]
        opened = [each for each in outputs if isinstance(each, FrictionOpened)]
        return Ran(
            [*TRUTHS, *planted, *self.truths], Measured(sent=10, became={"applied": 9, "late": 1}, seconds=2.0, replayed=10),
            WORLD.start_of(91), found, opened, claims(opened), insights=self.insights, made=[each for one in lives for each in one.offers],
            answered=[each for one in lives for each in one.touched if isinstance(each, Answered)],
        )  # fmt: skip


def _planted(one: Life) -> dict[str, Any]:
    at = next(each.at for each in one.touched if each.__struct_config__.tag == "payment_failed")
    return {"truth": "friction", "detector": "payment_failed", "customer": one.customer, "at": at, "by": one.by, "place": ""}


def shown(ran: Ran, lives: Iterable[Life], report: Path = Path("/demo/report.html")) -> Shown:
    """What the demo prints of a run."""
    told = hit(ran)
    entries = [chronicle(one.touched, one.outputs) for one in lives if one.customer == told.customer]
    return Shown(verdict(ran), ran.measured, len(ran.made), Story(told.customer, entries[0] if entries else []), told, report)
