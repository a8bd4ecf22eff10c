"""What is secret in a path or text leaves the journey agent by no way: outputs, states, aggregates, rejections, logs."""

from __future__ import annotations

import logging
from random import Random

import msgspec
import pytest

from agents.ingest import IngestJob
from agents.journey.job import JourneyJob
from agents.observing.carried import of_job
from agents.running.observed import Sample
from schemas.control import RulesPublished
from schemas.conventions import Conventions
from schemas.masking import fields_of
from schemas.touchpoints import KINDS, Touchpoint
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.story import story
from tests.agents.carrier.fakes import fail
from tests.agents.journey.test_clock import Hands
from tests.agents.lab import KEY, LATER, Lab, record_of
from tests.agents.test_ingest import Door
from tests.laws.strategies import course
from tests.schemas.masking.planted import base64url, jwt

SECRETS = (
    base64url(1, 24),
    base64url(2, 24),
    jwt(3),
    "5f2c9a8b7d6e5f4a",
    "mia.unique@example.org",
    "4915112345678901",
    "7e57ab1e-0000-4000-8000-5ec2e7ab1e00",
)
FORMS = ("/planted/{}", "/planted;s={}/x", "/planted/{}?s={}", "/planted/{}#{}")


def spoilt(touchpoints: list[Touchpoint], dice: Random) -> list[Touchpoint]:
    """The same touchpoints with a secret in every path and text."""

    def text(manner: str) -> str:
        form = dice.choice(FORMS) if manner == "path" else "planted {}"
        return form.replace("{}", dice.choice(SECRETS))[:250]

    return [msgspec.structs.replace(each, **{name: text(manner) for name, manner in fields_of(type(each)).items()}) for each in touchpoints]


def everything(lab: Lab) -> bytes:
    """All bytes that the worker committed, but the original bytes in rejections."""
    rejected = [rejection.error.encode() for rejection in lab.rejections()]
    outputs = [part for out in lab.committed if out.topic != "journey.rejections.v1" for part in (out.key or b"", out.value or b"")]
    stored = [part for rows in (lab.states, lab.rows) for key, value in rows.items() for part in (key, value or b"")]
    return b"\n".join([*rejected, *outputs, *stored, *(record.body for record in lab.records.values())])


@pytest.mark.parametrize("seed", range(12))
def test_no_secret_leaves_the_journey_agent(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    """Mutants caught: `DirectInput._check` returns a known customer's touchpoint as it came; `accept` without `mask`."""
    caplog.set_level(logging.DEBUG)
    lab, dice = Lab(), Random(seed)
    touchpoints = spoilt(course(seed, KINDS, 60), dice)
    lab.feed(*(record_of(each, logged_at=each.at) for each in touchpoints))
    lab.feed(
        record_of(touchpoints[0], value=b'{"kind":"page_viewed","id":"x","customer":"c1","at":7,"page":"/' + SECRETS[0].encode() + b'"}')
    )
    hands = Hands(LATER)
    lab.tick_until_quiet(hands.clock, hands.sender)
    lab.commit()
    kept = everything(lab) + caplog.text.encode()
    assert b"/planted/*" in kept
    assert not [secret for secret in SECRETS if secret.encode() in kept]
    assert lab.rejections()


(VIEW,) = story("0 web page_viewed /tents page=/vip/mia/4006381333931 came_from=/p/4006381333931")
OWN = Blueprint(name="own", hide=("vip", "mia.*"), show=("[0-9]{13}",))


def pages(lab: Lab) -> list[str]:
    journey = lab.partition().get(b"c1")
    assert journey is not None
    return [mark.page for mark in journey.rings.page_viewed]


def test_the_patterns_of_the_rules_in_force_count_from_their_place_in_the_log_on() -> None:
    """Mutant caught: the job gives the direct door no conventions."""
    lab = Lab(job=JourneyJob(Rules(), [KEY], fail, {OWN.fingerprint(): OWN}.get))
    before, after = (msgspec.structs.replace(VIEW, id=each, at=VIEW.at + number) for number, each in enumerate(("e1", "e2")))
    lab.tell([before])
    lab.steer(RulesPublished(name="own", version=1, hash=OWN.fingerprint()))
    lab.tell([after])
    assert pages(lab) == ["/vip/mia/*", "/*/*/4006381333931"]
    assert lab.job.masked == {"number": 2, "own": 2}


def test_rules_with_a_pattern_that_cannot_be_used_are_refused() -> None:
    """Mutant caught: patterns are compiled at the first event, so that every event fails."""
    with pytest.raises(ValueError, match=r"'\(a\+\)\+' repeats a group"):
        Rules(Blueprint(hide=("(a+)+",)))


def figures(role: str, job: IngestJob | JourneyJob) -> dict[str, float]:
    """What the metric of masked places says, by rule."""
    samples = [each for each in of_job(role, job) if isinstance(each, Sample)]
    return {each.labels[1]: each.figure for each in samples if each.name == "journey_masked_total"}


def test_what_was_hidden_is_counted_by_rule() -> None:
    """Mutants caught: a text is counted once whatever was hidden in it; a known customer's are not counted."""
    seen = msgspec.structs.replace(VIEW, page="/cart;jsessionid=1/mia@example.org/5f2c9a8b7d6e5f4a?t=1", came_from="/vip/4006381333931")
    found = {"matrix": 1, "address": 1, "token": 1, "query": 1, "number": 1}
    door, lab = Door(), Lab()
    door.feed(record_of(seen), record_of(msgspec.structs.replace(seen, id="e2")))
    outputs, record = door.commit()
    assert figures("ingest", door.job) == {rule: 2 * count for rule, count in found.items()}
    assert msgspec.msgpack.decode(record.body)["masked"] == figures("ingest", door.job)
    lab.tell([VIEW, msgspec.structs.replace(seen, id="e2"), msgspec.structs.replace(seen, id="e3")])
    assert figures("journey", lab.job) == {**{rule: 2 * count for rule, count in found.items()}, "number": 4}
    again = Lab()
    again.feed(*(record_of(VIEW, value=out.value, key=out.key) for out in outputs))
    assert figures("journey", again.job) == {}


def test_ingest_hides_by_the_patterns_it_is_given() -> None:
    """Mutant caught: `read` gives `accept` no conventions."""
    job = IngestJob(lambda: Conventions(hide=("vip",), show=("[0-9]{13}",)))
    door = Door(job=job)
    door.feed(record_of(VIEW))
    ((out,), _) = door.commit()
    made = msgspec.json.decode(out.value or b"")
    assert (made["page"], made["came_from"]) == ("/*/mia/4006381333931", "/p/4006381333931")
