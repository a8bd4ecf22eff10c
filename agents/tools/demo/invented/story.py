"""The customer whose story a demo tells: an incident hit them, they were offered something for it, and they answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agents.tools.demo.invented.run import Ran
from agents.tools.demo.story import Story, most_instructive
from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.chronicle.folding import Part, condensed
from agents.world.scoring.playing import Claim
from schemas.durations import DAY, HOUR
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import FrictionOpened
from schemas.touchpoints.outcomes import OfferAccepted, OfferDeclined, OfferDelivered, OfferSeen
from schemas.writing import from_rfc3339

BEFORE, AFTER = HOUR // 2, 2 * DAY  # ms around the friction that the story is about
WITHIN = 2 * HOUR  # ms from the planted moment to the friction
SOON = DAY  # ms from the friction to the offer
ANSWERS = OfferAccepted | OfferDeclined


class Hit(NamedTuple):
    """Whom the story is about, and the friction that it begins with."""

    customer: str
    incident: str = ""  # that hit them; empty: none that is known
    signal: str = ""  # id of the friction
    at: int = 0  # ms UTC: its moment
    offer: str = ""  # id of the first offer within a day after it; empty: there was none


def hit(ran: Ran) -> Hit:
    """Return the customer to tell about.

    Of all whom an incident hit, it is one who was offered something for it within a day, and who accepted or declined. If there is none,
    it is one who saw the offer, or was made it, or was hit at least. Of several, it is the one about whom there is least else to tell.
    """
    offers, answers = _by_customer(ran.made), _answers(ran)
    told = [
        (_worth(ran, claim, offer, answers), Hit(claim.customer, incident, claim.signal, claim.at, offer.id if offer else ""))
        for claim, incident in _planted(ran)
        for offer in (*_soon(claim, offers.get(claim.customer, ())), None)
    ]
    return min(told)[1] if told else Hit(most_instructive(ran.found))


def _worth(ran: Ran, claim: Claim, offer: OfferMade | None, answers: dict[str, int]) -> tuple[int, bool, int]:
    """Return the rank of a story, the best first: by the answer, by whether the offer names the friction, and by what else there is."""
    answer = 3 if offer is None else 2 - answers.get(offer.id, 0)
    return answer, offer is None or claim.signal not in offer.evidence, ran.found.facets[claim.customer].total()


def _planted(ran: Ran) -> Iterator[tuple[Claim, str]]:
    """Yield the claims that an incident explains, each with the incident's name."""
    planted: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for each in ran.truths:
        if each["truth"] == "friction" and each["by"]:
            planted.setdefault((each["detector"], each["customer"]), []).append((each["at"], each["by"]))
    for claim in ran.claims:
        if not claim.repeated and claim.signal not in ran.retracted:
            near = planted.get((claim.detector, claim.customer), ())
            if (incident := next((name for at, name in near if abs(claim.at - at) <= WITHIN), "")) and claim.customer in ran.found.facets:
                yield claim, incident


def _by_customer(made: Sequence[OfferMade]) -> dict[str, list[OfferMade]]:
    found: dict[str, list[OfferMade]] = {}
    for each in made:
        found.setdefault(each.customer, []).append(each)
    return found


def _soon(claim: Claim, offers: Sequence[OfferMade]) -> list[OfferMade]:
    return [each for each in offers if claim.at <= from_rfc3339(each.at) <= claim.at + SOON]


def _answers(ran: Ran) -> dict[str, int]:
    """Return what customers did with each offer: 2 if they accepted or declined it, 1 if they only saw it."""
    found: dict[str, int] = {}
    for each in ran.answered:
        found[each.offer] = max(found.get(each.offer, 0), 2 if isinstance(each, ANSWERS) else 1)
    return found


def around(story: Story, told: Hit) -> Sequence[Entry]:
    """Return the part of a story around its friction, up to the answer; the whole, if it begins with none."""
    if not told.at:
        return story.entries
    until = max((each.at for each in _of_offer(story.entries, told.offer)), default=0)
    return [each for each in story.entries if told.at - BEFORE <= each.at <= max(told.at + AFTER, until)]


def thread(story: Story, told: Hit) -> list[Part]:
    """Return the story in a few lines: what the customer did, the friction, what was decided and offered, and the answer."""
    entries = around(story, told)
    start = next((n for n, each in enumerate(entries) if isinstance(each.record, FrictionOpened) and each.record.id == told.signal), None)
    if start is None:
        return condensed(entries)
    did, later = [each for each in entries[:start] if not each.ours], entries[start + 1 :]
    of_offer = _of_offer(later, told.offer)
    decided = [each for each in later if isinstance(each.record, DecisionMade) and (not told.offer or each.record.offer == told.offer)]
    return [*([did] if len(did) > 1 else did), entries[start], *decided[:1], *_without_delivery(of_offer)]


def _of_offer(entries: Sequence[Entry], offer: str) -> list[Entry]:
    """Return the offer with this id, and what became of it."""
    return [
        each for each in entries
        if (isinstance(each.record, OfferMade) and each.record.id == offer)
        or (isinstance(each.record, OfferDelivered | OfferSeen | ANSWERS) and each.record.offer == offer and not each.again)
    ]  # fmt: skip


def _without_delivery(entries: list[Entry]) -> list[Entry]:
    """Return the entries of an offer without its delivery, if the customer has seen it."""
    seen = any(isinstance(each.record, OfferSeen) for each in entries)
    return [each for each in entries if not (seen and isinstance(each.record, OfferDelivered))]
