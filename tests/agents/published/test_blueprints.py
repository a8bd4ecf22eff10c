"""A worker turns to rules where the log says so, looks their bodies up, rejects what it cannot find, and says when its file differs."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from agents.carrier.membership import Held
from agents.journey.job import JourneyJob
from agents.kafka.control_producer import alone, transaction
from agents.kafka.producer import LogProducer
from agents.kafka.signing import signer
from agents.published.blueprints import VERSION, BlueprintLookup, BlueprintStore, ExpectedBlueprint, in_words, read_blueprint
from agents.settings.security import librdkafka_security
from schemas.control import RulesPublished
from schemas.outputs.signals import FrictionOpened
from schemas.topics import BLUEPRINTS, TOUCHPOINTS
from schemas.writing import encode
from streams.blueprints.faults import BlueprintError
from streams.blueprints.writing import text_of
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.in_force import RulesAwayError
from streams.state import Partition
from streams.story import story
from tests.agents.carrier.fakes import Died, fail
from tests.agents.company import Company, company, until
from tests.agents.lab import KEY, Lab, record_of, steering

CLICKS = "\n".join(f"{n}00ms web clicked /pay target=buy" for n in range(3))
EAGER = Blueprint(name="eager", limits={"rage_click": {"clicks": 2}})
WORD = RulesPublished(name="eager", version=3, hash=EAGER.fingerprint())
BODIES = {EAGER.fingerprint(): EAGER}


class Ruled(Lab):
    """A lab whose worker finds these bodies. `seen` are the rules that partitions turned to, in order."""

    def __init__(self, bodies: dict[str, Blueprint] | None = None, numbers: tuple[int, ...] = (0,), held: Held | None = None) -> None:
        self.asked: list[str] = []
        self.seen: list[str] = []
        known = bodies or {}

        def body_of(hash_: str) -> Blueprint | None:
            self.asked.append(hash_)
            return known.get(hash_)

        def noted(shared: Partition, rules: Rules) -> None:
            self.seen.append(f"{shared.blueprint}:{rules.blueprint.name}")

        super().__init__(numbers=numbers, held=held, job=JourneyJob(Rules(), [KEY], fail, body_of, noted))

    def frictions(self) -> list[FrictionOpened]:
        """What was opened and committed."""
        self.commit()
        opened = [out.value or b"" for out in self.committed if dict(out.headers)["ce_type"] == b"journey.friction_opened"]
        return [msgspec.json.decode(value, type=FrictionOpened) for value in opened]


def test_a_partition_turns_to_rules_where_they_stand_in_its_log() -> None:
    """Each partition for itself: one has read the word, the other has not."""
    lab = Ruled(BODIES, numbers=(0, 1))
    lab.steer(WORD, number=0)
    lab.tell(story(CLICKS, "c1"), number=0)
    lab.tell(story(CLICKS, "c2"), number=1)
    assert [(each.customer, each.rules) for each in lab.frictions()] == [("c1", EAGER.fingerprint())]
    assert lab.asked == [EAGER.fingerprint()]
    assert lab.seen == [":default", ":default", "eager:eager"]


def test_after_a_restart_the_partition_is_under_the_same_rules() -> None:
    """Mutant: rules kept in memory alone."""
    before = Ruled(BODIES)
    before.steer(WORD)
    before.commit()
    stored = {key: value for key, value in before.states.items() if value is not None}
    after = Ruled(BODIES, held=Held(stored, 1, "topic-id", body=before.records[0].body))
    after.tell(story(CLICKS))
    assert [each.rules for each in after.frictions()] == [EAGER.fingerprint()]
    assert after.seen == ["eager:eager"]


def test_rules_without_a_body_are_rejected_by_name_and_the_worker_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """Mutants: the worker ends, at each start again; the version is taken over; nobody is told."""
    lab = Ruled({})
    lab.feed(steering(WORD, b"control"), *(record_of(each) for each in story(CLICKS)))
    lab.commit()
    [rejected] = lab.rejections()
    assert rejected.reason == "unknown_rules"
    assert re.match(r"the blueprint 'eager', version 3 \(hash [0-9a-f]{16}\), was published, and its body is nowhere", rejected.error)
    assert rejected.error in caplog.text
    assert (lab.shared().rules, lab.shared().versions, lab.outcomes()["applied"]) == (Rules().fingerprint, {}, 3)


def test_a_body_that_this_version_cannot_read_is_rejected_with_its_reason() -> None:
    """An earlier version took it. Mutant: only a missing body is refused."""

    def body_of(_hash: str) -> Blueprint:
        raise ValueError("a pattern of 4,000 letters, at most 256")

    lab = Lab(job=JourneyJob(Rules(), [KEY], fail, body_of))
    lab.steer(WORD)
    lab.commit()
    [rejected] = lab.rejections()
    assert (rejected.reason, rejected.error.endswith("a pattern of 4,000 letters, at most 256")) == ("unreadable_rules", True)


def test_a_worker_that_cannot_look_bodies_up_decides_nothing() -> None:
    """The brokers are away, or a right is missing: that is no word on whether there is a body. Mutant: rejected all the same."""

    def body_of(_hash: str) -> Blueprint:
        raise RulesAwayError("not READ")

    lab = Lab(job=JourneyJob(Rules(), [KEY], fail, body_of))
    with pytest.raises(Died, match="not READ"):
        lab.steer(WORD)
    assert lab.partition().position == 0


def test_a_body_that_is_missing_at_the_start_ends_the_worker_by_name() -> None:
    before = Ruled(BODIES)
    before.steer(WORD)
    before.commit()
    with pytest.raises(Died, match="'eager', version 3"):
        Ruled({}, held=Held({}, 1, "topic-id", body=before.records[0].body))


def test_rules_without_the_workers_signature_are_rejected() -> None:
    lab = Ruled(BODIES)
    lab.feed(steering(WORD, b"control", sign_with=b"another key"))
    lab.commit()
    assert [each.reason for each in lab.rejections()] == ["unsigned_control"]
    assert lab.shared().rules == Rules().fingerprint


def test_a_file_that_differs_from_what_is_in_force_is_named_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "eager.toml").write_text(text_of(EAGER))
    believed, defaults = ExpectedBlueprint(tmp_path / "eager.toml"), Rules()
    for _ in range(4):
        believed.note(Partition(rules=defaults.fingerprint), defaults)
    assert caplog.text.count("no blueprint but the complete defaults, and eager.toml says otherwise") == 1
    caplog.clear()
    believed.note(Partition(rules=WORD.hash, blueprint="eager", versions={"rules": 3}), defaults.with_blueprint(EAGER, WORD.hash))
    assert caplog.text == ""
    other = Partition(rules="ab", blueprint="other", versions={"rules": 4})
    believed.note(other, defaults.with_blueprint(Blueprint(holdout=0.5), "ab"))
    assert "blueprint 'other', version 4 (ab), and eager.toml says otherwise" in caplog.text


def test_a_file_that_is_no_blueprint_is_named_and_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "bad.toml").write_text("holdot = 1")
    believed = ExpectedBlueprint(tmp_path / "bad.toml")
    assert "bad.toml:1: 'holdot' is no key of a blueprint" in caplog.text
    believed.note(Partition(), Rules())
    assert ExpectedBlueprint(None).blueprint is None


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"name = '\xe4'")
    for name in ("latin.toml", "absent.toml"):
        with pytest.raises(BlueprintError, match=f"{name}: it cannot be read"):
            read_blueprint(tmp_path / name)


def test_the_shelf_believes_a_body_only_under_its_own_hash() -> None:
    """Whoever may write to the topic cannot put another body under a hash that was signed."""
    shelf = BlueprintStore()
    shelf.take(b"0" * 16, EAGER.body())
    shelf.take(EAGER.fingerprint().encode(), EAGER.body())
    shelf.take(VERSION + b"00000003", msgspec.json.encode(WORD))
    assert list(shelf.bodies) == [EAGER.fingerprint()]
    assert shelf.newest == WORD
    assert shelf.blueprint(3) == EAGER
    assert shelf.blueprint(0) == Blueprint()
    with pytest.raises(LookupError, match="no version 2"):
        shelf.blueprint(2)
    shelf.bodies.clear()
    with pytest.raises(LookupError, match="the body of version 3"):
        shelf.blueprint(3)


def test_what_is_in_force_in_words() -> None:
    assert in_words(Partition()) == "no blueprint but the complete defaults"


@pytest.mark.kafka
def test_a_real_worker_rejects_a_missing_body_and_takes_it_when_it_is_there(server_folder: Path) -> None:
    """The worker goes on under the rules before. What an operator believes in force is compared in the worker's own log."""
    with company(server_folder / "rulebook", 1) as made:
        word, signs = msgspec.json.encode(WORD), signer(made.settings)
        producer = LogProducer({**librdkafka_security(made.settings), "log_level": 0}, resend=False)
        producer.send(TOUCHPOINTS, b"control", word, signs.sign(0, word), 0)
        producer.flush(30)
        (made.home / "other.toml").write_text('name = "other"\nholdout = 0.5\n')
        made.worker("--only", "journey", BLUEPRINT=str(made.home / "other.toml"))
        [rejected] = until(lambda: made.records("journey.rejections.v1"), made.log)
        assert b'"unknown_rules"' in (rejected[2] or b"")
        assert f"rejected: the blueprint 'eager', version 3 (hash {WORD.hash})" in made.log()

        _hold_back(made, lambda: producer.send(TOUCHPOINTS, b"control", word, signs.sign(0, word), 0))
        for each in story(CLICKS):
            producer.send(TOUCHPOINTS, each.customer, encode(each))
        producer.flush(30)
        opened = until(lambda: made.records("journey.frictions.v1"), made.log)
        assert {msgspec.json.decode(value or b"")["rules"] for _, _, value, _, _ in opened} == {WORD.hash}
        assert f"in force is blueprint 'eager', version 3 ({WORD.hash}), and other.toml says otherwise" in made.log()
        assert made.log().count("starting it again") == 0


def _hold_back(made: Company, then: Callable[[], None]) -> None:
    """Write the body in a transaction that is not over when the lookup begins, and call `then` while it is open.

    Mutant: a lookup up to what is visible. It says that there is no body, and rules that were published well would be rejected.
    """
    with alone(made.settings, "slow") as slow, ThreadPoolExecutor(1) as pool:
        with transaction(slow):
            slow.send(BLUEPRINTS, WORD.hash, EAGER.body())
            slow.flush(30)
            then()
            found = pool.submit(BlueprintLookup(made.settings), WORD.hash)
            with pytest.raises(TimeoutError):
                found.result(2)
        assert found.result(60) == EAGER
