"""The merge of two offer histories of one customer: caps add up, the stricter consent counts, one decision waits."""

from __future__ import annotations

from streams.offers.consent import ERASED, EVERYTHING
from streams.offers.steps.caps import longest_days, needed_until
from streams.offers.verdict import TRIGGERS
from streams.rules import Rules
from streams.state import CONSENTS, OFFERS_KEPT, Consent, Deferred, MadeOffer

Consents = dict[str, Consent]


def merge_offers(one: list[MadeOffer], other: list[MadeOffer], rules: Rules) -> list[MadeOffer]:
    """Return the offers of both, at most OFFERS_KEPT. Those that no policy needs any more make room first."""
    days = longest_days(rules.blueprint)
    known = {each.id: each for each in (*other, *one)}.values()
    needed = sorted(known, key=lambda each: (needed_until(each, days), each.at, each.id))[-OFFERS_KEPT:]
    return sorted(needed, key=lambda each: (each.at, each.id))


def merge_consents(one: Consents, other: Consents) -> Consents:
    """Return the consents of both. A refusal of one is as new as the newest grant of the other, so it wins.

    A later statement counts again. If there are too many, the oldest grant makes room first.

    >>> merge_consents({"marketing": Consent(False, 1)}, {"marketing/email": Consent(True, 5)})
    {'marketing/email': Consent(granted=True, at=5), 'marketing': Consent(granted=False, at=5)}
    """
    found: Consents = {}
    for mine, theirs in ((one, other), (other, one)):
        newest_yes = max((said.at for said in theirs.values() if said.granted), default=0)
        for key, said in mine.items():
            strict = said if said.granted else Consent(False, max(said.at, newest_yes))
            known = found.get(key)
            if known is None or (not strict.granted, strict.at) > (not known.granted, known.at):
                found[key] = strict
    kept = sorted(found, key=lambda key: (key in (EVERYTHING, ERASED), not found[key].granted, found[key].at, key))[-CONSENTS:]
    return {key: found[key] for key in kept}


def merge_deferred(one: Deferred | None, other: Deferred | None) -> Deferred | None:
    """Return the waiting decision that is due first, with the reasons of both."""
    waiting = sorted((each for each in (one, other) if each is not None), key=lambda each: (each.due, each.decision))
    if not waiting:
        return None
    triggers = dict.fromkeys(trigger for each in waiting for trigger in each.triggers)
    return Deferred(waiting[0].decision, waiting[0].due, list(triggers)[:TRIGGERS], waiting[0].cause)
