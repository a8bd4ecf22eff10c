"""What is true of every detector, said once: each law raises AssertionError for a detector that breaks it."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from typing import Any

import msgspec

from schemas.control import Norm
from schemas.control.models import CadenceModel, Models
from schemas.outputs.signals import ChurnSignalRaised, FrictionOpened, FrictionRepeated, ReviewSuspected
from schemas.touchpoints import KINDS, Touchpoint, kind_of
from streams.context import DetectorFailed, Emission
from streams.detectors import DAY, Detector, Found, Limits, after
from streams.replay import Replay
from streams.rules import Rules
from streams.state import Journey

SECTIONS = ("**Definition**", "**Default**", "**Source**", "**Guard**")
USED = ("feature_used", "page_viewed", "checkout_started", "order_placed", "purchase_made", "seats_counted")  # what weeks are made of
FAMILIES = {"silence", "decline", "service", "money", "relationship"}
COMING_AND_GOING = CadenceModel(
    family="mbg_nbd", parameters=(1.5, 2.0, 1.0, 4.0), customers=900, purchases=9000, log_likelihood=-3e4
)  # rates of one purchase in a day or two: generated journeys are days long
Signal = FrictionOpened | FrictionRepeated | ReviewSuspected | ChurnSignalRaised


def kinds_of(detector: Detector) -> list[type[Touchpoint]]:
    """The kinds this detector has anything to do with, those that wake it first."""
    used = tuple(kind for kind in KINDS if kind_of(kind) in USED) if detector.weekly else ()
    named = [*used, *detector.on, *detector.opened_by, *detector.reads, *detector.pauses, *(end.kind for end in detector.closed_by)]
    return [kind for kind in dict.fromkeys(named) if kind is not Touchpoint] or list(KINDS[:5])


def _always(name: str) -> Detector:
    """A friction that opens at every touchpoint and reads nothing."""
    return Detector(name=name, version=1, family="friction", ask=_cites_it, doc="", module="", on=(Touchpoint,), closes=after(minutes=5))


def _cites_it(_journey: Journey, touchpoint: Touchpoint, _limits: Limits) -> Found:
    return Found([touchpoint.id], "It happened")


def alone(detector: Detector) -> Rules:
    """Rules in which the journey keeps only what this detector declared; what it follows happens all the time; with a model if it asks."""
    rules = Rules(detectors=(detector, *(_always(name) for name in detector.frictions)))
    return rules.with_models(Models(COMING_AND_GOING, None, 1)) if detector.modelled else rules


def run(rules: Rules, touchpoints: list[Touchpoint]) -> Replay:
    """The journey replayed, and then 100 days of silence. What is measured has a norm, whatever it is."""
    return normed(rules).run(touchpoints, max((t.at for t in touchpoints), default=0) + 100 * DAY)


class Everywhere(dict[str, Norm]):
    """The same norm for every key: usual is 1, give or take a hundredth."""

    def __bool__(self) -> bool:
        return True

    def __contains__(self, _key: object) -> bool:
        return True

    def get(self, _key: str, _default: object = None) -> Norm:
        return Norm(100, 1.0, 0.01)


def normed(rules: Rules) -> Replay:
    """A replay in which every detector that judges against a norm has one."""
    replay = Replay(rules)
    replay.partition.norms = {name: Everywhere() for name, detector in rules.detectors.items() if detector.measures or detector.moves}
    return replay


def failures(emissions: list[Emission]) -> list[str]:
    """What detectors raised."""
    return [f"{emission.detector}: {emission.error}" for emission in emissions if isinstance(emission, DetectorFailed)]


def speaks(detector: Detector, emissions: list[Emission]) -> bool:
    """Whether this detector claimed anything."""
    return any(isinstance(emission, Signal) and emission.detector == detector.name for emission in emissions)


def never_raises(detector: Detector, touchpoints: list[Touchpoint]) -> None:
    """On no journey; nor does it read a kind or field that it did not declare, for that raises AttributeError."""
    assert failures(run(alone(detector), touchpoints).emissions) == []


def is_deterministic(detector: Detector, touchpoints: list[Touchpoint]) -> None:
    """Same journey, same emissions and same bytes."""
    one, two = (run(alone(detector), touchpoints) for _ in range(2))
    assert one.emissions == two.emissions
    assert one.states() == two.states()


def cites_what_it_saw(detector: Detector, touchpoints: list[Touchpoint]) -> None:
    """Evidence is never empty, and each id is of a touchpoint (or followed friction) that had arrived by then."""
    replay, seen = normed(alone(detector)), set[str]()
    for touchpoint in [*touchpoints, None]:
        if touchpoint:
            seen.add(touchpoint.id)
            made = replay.apply(touchpoint)
        else:
            before = len(replay.emissions)
            replay.pass_time(max((t.at for t in touchpoints), default=0) + 100 * DAY)
            made = replay.emissions[before:]
        seen |= {emission.id for emission in made if isinstance(emission, FrictionOpened)}
        for signal in (emission for emission in made if isinstance(emission, Signal)):
            assert set(signal.evidence) <= seen
            assert signal.evidence


def claims_within_bounds(detector: Detector, touchpoints: list[Touchpoint]) -> None:
    """Severity 1 to 5, strength above 0 and up to 1, words for a person."""
    for signal in (emission for emission in run(alone(detector), touchpoints).emissions if isinstance(emission, Signal)):
        assert 1 <= signal.severity <= 5
        if not isinstance(signal, FrictionRepeated):
            assert signal.words or signal.detector != detector.name
        if isinstance(signal, ChurnSignalRaised):
            assert 0 < signal.strength <= 1


def never_writes(detector: Detector, touchpoints: list[Touchpoint]) -> None:
    """Asking it, or offering it a touchpoint to open a matter with, leaves the journey's bytes as they were."""
    rules: Rules

    def unchanged(ask: Callable[..., Any]) -> Callable[..., Any]:
        def watched(journey: Any, *asked: Any) -> Any:
            before = rules.codec.encode(journey)
            answer = ask(journey, *asked)
            assert rules.codec.encode(journey) == before
            return answer

        return watched

    watched = {kind: unchanged(opens) for kind, opens in detector.opened_by.items()}
    rules = alone(msgspec.structs.replace(detector, ask=unchanged(detector.ask), opened_by=watched))
    assert failures(run(rules, touchpoints).emissions) == []


def is_silent_on_an_empty_journey(detector: Detector) -> None:
    """Nothing happened: nothing is claimed or waited for, however much time passes; and a first touchpoint proves no more than itself."""
    replay = Replay(alone(detector))
    journey = replay.journey("c1")
    replay.pass_time(2**50)
    assert (replay.emissions, journey.next_wake) == ([], 0)
    for touchpoint in (msgspec.json.decode(text, type=kind) for kind in detector.on for text in kind.examples):
        if detector.measures and detector.waits:
            continue  # without a norm it is not even asked
        found = detector.ask(journey, touchpoint, detector.limits, *((None, None) if detector.measures else ()))
        assert found is None or (isinstance(found, Found) and set(found.evidence) <= {touchpoint.id})


def ends(detector: Detector) -> None:
    """No claim stands for ever: a friction has a duration, a churn signal fades."""
    assert detector.closes > 0
    if detector.risk:
        assert detector.risk.half_life_days > 0
        assert detector.risk.weight > 0
        assert detector.risk.family in FAMILIES


def is_documented(detector: Detector) -> None:
    """Its sections, one story that fires and one that is silent; and it stands in the file of its name."""
    assert [section for section in SECTIONS if section not in detector.doc] == []
    assert detector.doc.splitlines()[0].endswith(".")
    wanted = [example.want for example in doctest.DocTestParser().get_examples(detector.doc)]
    assert any(f"'{detector.name}'" in want for want in wanted), "no example in which it fires"
    assert any(want.startswith("[") and f"'{detector.name}'" not in want for want in wanted), "no example in which it is silent"
    assert detector.module.rpartition(".")[2] == detector.name


def its_examples_hold(detector: Detector) -> None:
    """The firing story fires and the silent one is silent."""
    test = doctest.DocTestParser().get_doctest(detector.doc, {}, detector.name, None, None)
    said: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(test, out=said.append).failed == 0, "".join(said)


OF_A_JOURNEY = (never_raises, is_deterministic, cites_what_it_saw, claims_within_bounds, never_writes)
OF_ITSELF = (is_silent_on_an_empty_journey, ends, is_documented, its_examples_hold)
