"""The check that every name in a blueprint exists, and stands there once: detectors, limits, offers, stages, metrics, places, zones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import get_args

from schemas.masking.patterns import MAX_PATTERNS, misfit_of
from schemas.outputs.offers import Family
from schemas.problems import Problem
from schemas.vocabulary import PHASES, STAGES
from streams.blueprints.event_names import check_event_names
from streams.blueprints.lines import Path
from streams.detectors import Detector
from streams.detectors.registry import registry
from streams.insights import counting
from streams.insights.alarms import OVER_ALL_CUSTOMERS
from streams.offers.steps.quiet import is_zone
from streams.rules import exchange, stage_rows
from streams.rules.audience.compiled import MAX_PERSONAS as MOST_PERSONAS
from streams.rules.audience.compiled import persona_names
from streams.rules.audience.language import AudienceError, parse_audience
from streams.rules.blueprint import Blueprint
from streams.rules.offer_rows import Offer, Policy
from streams.rules.suggest import suggestion

ANY = "*"
Where = Callable[[str, int], Path]  # (field, number of the row) -> its path


def find_wrong_names(blueprint: Blueprint, where: Where = lambda field, number: (field, number)) -> list[Problem[Path]]:
    """Return every fault at once. `where` gives the path of a row in the file.

    >>> [fault for fault in find_wrong_names(Blueprint(silent=("rage_clik",))) if "silent" in fault.where]
    [Problem(where=('silent', 0), what="no detector is called 'rage_clik'", fix="did you mean 'rage_click'?")]
    """
    checks = (_check_limits, _check_silent, _check_ranges, _check_zones, _check_money, _check_patterns)
    rows = (_check_offers, _check_policies, _check_personas, _check_targets, _check_stages, check_event_names)
    return [*chain.from_iterable(check(blueprint) for check in checks), *chain.from_iterable(check(blueprint, where) for check in rows)]


def _check_known(path: Path, what: str, name: str, there: Iterable[str]) -> Iterator[Problem[Path]]:
    there = list(there)
    if name not in there:
        yield Problem(path, f"no {what} is called {name!r}", suggestion(name, there))


def _check_repeated(field: str, names: Iterable[str], what: str, where: Where) -> Iterator[Problem[Path]]:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            yield Problem(where(field, number), f"{what} {name} stands here twice", "remove one, or give it another name")
        seen.add(name)


def all_detectors() -> tuple[Detector, ...]:
    """Return every detector that a blueprint may set limits of, or silence.

    These are the detectors of journeys, and those over all customers.
    """
    return (*registry(), *OVER_ALL_CUSTOMERS)


def _check_limits(blueprint: Blueprint) -> Iterator[Problem[Path]]:
    there = {each.name: each for each in all_detectors()}
    for name, given in blueprint.limits.items():
        yield from _check_known(("limits", name), "detector", name, there)
        for limit in given if name in there else ():
            yield from _check_known(("limits", name, limit), f"limit of {name}", limit, there[name].limits)


def _check_silent(blueprint: Blueprint) -> Iterator[Problem[Path]]:
    for number, name in enumerate(blueprint.silent):
        yield from _check_known(("silent", number), "detector", name, (each.name for each in all_detectors()))


def _check_ranges(blueprint: Blueprint) -> Iterator[Problem[Path]]:
    (low, middle, high), days = blueprint.bands, blueprint.forget_anonymous_days
    checks = (
        ("bands", 0 < low < middle < high < 1, "bands are three risks between 0 and 1, each above the one before"),
        ("holdout", 0 <= blueprint.holdout < 1, "the holdout is a share, from 0 to less than 1"),
        ("quiet_hours", all(0 <= hour <= 24 for hour in blueprint.quiet_hours), "quiet hours are hours of the day, 0 to 24"),
        ("episode_silence", blueprint.episode_silence_ms > 0, "an episode ends after some silence: more than none"),
        ("forget_anonymous_days", days == 0 or 1 <= days <= 36_500, "anonymous journeys are forgotten after 1 to 36500 days; 0: never"),
        ("worth_days", blueprint.worth_days > 0, "what a customer is expected to be worth is of some days ahead: more than none"),
        ("name", bool(blueprint.name), "a blueprint has a name"),
    )
    yield from (Problem((field,), what) for field, right, what in checks if not right)


def _check_zones(blueprint: Blueprint) -> Iterator[Problem[Path]]:
    if not blueprint.market_zones:
        yield Problem(("market_zones",), "a market has at least one time zone")
    for number, zone in enumerate(blueprint.market_zones):
        if not is_zone(zone):
            yield Problem(("market_zones", number), f"no time zone is called {zone!r}", 'write it as in the IANA list, "Europe/Berlin"')


def _check_money(blueprint: Blueprint) -> Iterator[Problem[Path]]:
    yield from (Problem(path, what, fix) for path, what, fix in exchange.faults(blueprint.currency, blueprint.rates))


def _check_patterns(blueprint: Blueprint) -> Iterator[Problem[Path]]:
    for field, patterns in (("hide", blueprint.hide), ("show", blueprint.show)):
        if len(patterns) > MAX_PATTERNS:
            yield Problem(
                (field,), f"{len(patterns)} patterns are too many: {field} holds {MAX_PATTERNS}", "join some of them, as in (a|b)"
            )
        for number, pattern in enumerate(patterns):
            if (misfit := misfit_of(pattern)) is not None:
                yield Problem((field, number), *misfit)


def _check_offers(blueprint: Blueprint, where: Where) -> Iterator[Problem[Path]]:
    yield from _check_repeated("offers", (each.name for each in blueprint.offers), "the offer", where)
    for number, offer in enumerate(blueprint.offers):
        path = where("offers", number)
        yield from _check_offer(offer, path)
        yield from _check_rule(offer.audience, (*path, "audience"), blueprint)


def _check_offer(offer: Offer, path: Path) -> Iterator[Problem[Path]]:
    frictions = [ANY, *(each.name for each in registry() if each.risk is None)]
    for place, phase in enumerate(offer.phases):
        yield from _check_known((*path, "phases", place), "phase", phase, PHASES)
    for place, friction in enumerate(offer.resolves):
        yield from _check_known((*path, "resolves", place), "friction", friction, frictions)


def _check_rule(text: str, path: Path, blueprint: Blueprint) -> Iterator[Problem[Path]]:
    try:
        parse_audience(text)
    except AudienceError as error:
        yield Problem(path, f"the rule {text!r} cannot be understood: {error}")
        return
    for name in sorted(persona_names(text)):
        yield from _check_known(path, "persona", name, (each.name for each in blueprint.personas))


def _check_policies(blueprint: Blueprint, where: Where) -> Iterator[Problem[Path]]:
    rows = (f"on {each.scope} {each.only or ANY} in {each.days:g} days" for each in blueprint.policies)
    yield from _check_repeated("policies", rows, "a policy", where)
    there = {
        "channel": [channel for offer in blueprint.offers for channel in offer.channels],
        "family": list(get_args(Family)),
        "offer": [offer.name for offer in blueprint.offers],
    }
    for number, policy in enumerate(blueprint.policies):
        yield from _check_only(policy, (*where("policies", number), "only"), there)


def _check_only(policy: Policy, path: Path, there: dict[str, list[str]]) -> Iterator[Problem[Path]]:
    if policy.only and policy.scope in there:
        what = "channel of an offer" if policy.scope == "channel" else policy.scope
        yield from _check_known(path, what, policy.only, there[policy.scope])


def _check_personas(blueprint: Blueprint, where: Where) -> Iterator[Problem[Path]]:
    yield from _check_repeated("personas", (each.name for each in blueprint.personas), "the persona", where)
    if len(blueprint.personas) > MOST_PERSONAS:
        yield Problem(("personas",), f"{len(blueprint.personas)} personas are too many: a journey keeps {MOST_PERSONAS}")
    for number, persona in enumerate(blueprint.personas):
        path = where("personas", number)
        if not persona.name:
            yield Problem(path, "a persona has a name")
        yield from _check_rule(persona.rule, (*path, "rule"), blueprint)
        if persona_names(persona.rule):
            yield Problem((*path, "rule"), "a persona's rule names another persona", "say what they are instead")


def _check_targets(blueprint: Blueprint, where: Where) -> Iterator[Problem[Path]]:
    """Check that everything a target names exists, and that somebody is responsible for it."""
    rows = (f"for {each.measure} at {each.place}, {each.channel}, {each.stage}" for each in blueprint.targets)
    yield from _check_repeated("targets", rows, "a target", where)
    for number, target in enumerate(blueprint.targets):
        path = where("targets", number)
        yield from _check_known((*path, "measure"), "measure", target.measure, counting.MEASURES)
        yield from _check_known((*path, "stage"), "stage", target.stage, (ANY, *STAGES))
        if not target.owner and not {target.place, ANY} & blueprint.owners.keys():
            owned = [place for place in blueprint.owners if place != ANY]
            yield Problem((*path, "place"), f"nobody answers for {target.place!r}", suggestion(target.place, owned) or "name an owner")


def _check_stages(blueprint: Blueprint, where: Where) -> Iterator[Problem[Path]]:
    yield from (Problem(where("stages", number - 1), text) for number, text in stage_rows.faults(blueprint.stages))
