"""Blueprints at the command line: checked, compared, put in force in one go for all partitions, taken back, and never by halves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import KafkaException

from agents.kafka.reader import LogReader
from agents.kafka.signing import signer
from agents.published.blueprints import BlueprintLookup, read_shelf
from agents.published.publish_blueprint import publish
from agents.settings import Settings
from schemas.control import RulesPublished
from schemas.control.signing import SIGNATURE, verdict
from schemas.topics import TOUCHPOINTS
from streams.blueprints.writing import text_of
from streams.rules.blueprint import Blueprint
from tests.agents.cli.conftest import Cluster
from tests.agents.cli.terminal_session import sojourn

MISTAKEN = Path(__file__).parents[2] / "streams" / "blueprints" / "mistaken.toml"
ACME = Blueprint(name="acme", holdout=0.2, limits={"rage_click": {"clicks": 5}})


@pytest.fixture
def acme(tmp_path: Path) -> str:
    path = tmp_path / "acme.toml"
    path.write_text(text_of(ACME))
    return str(path)


def said(settings: Settings) -> dict[int, list[RulesPublished]]:
    """What each partition of the log was told, in order; every word is signed."""
    told: dict[int, list[RulesPublished]] = {number: [] for number in range(settings.partitions)}
    signs = signer(settings)
    with LogReader(settings, TOUCHPOINTS, beginning=True) as reader:
        for message in reader.until_end():
            value = message.value()
            assert isinstance(value, bytes)
            given = dict(message.headers() or ())[SIGNATURE]
            assert isinstance(given, bytes)
            place = signs.place(message.partition() or 0)
            assert verdict(settings.control_keys(), place, value, [(SIGNATURE, given)]) == "signed"
            told[message.partition() or 0].append(msgspec.json.decode(value, type=RulesPublished))
    return told


def test_checking_names_every_mistake_and_ends_with_1(tmp_path: Path, acme: str) -> None:
    answer = sojourn("blueprint", "check", str(MISTAKEN), home=tmp_path)
    assert (answer.code, len(answer.out.splitlines())) == (1, 18)
    assert f"{MISTAKEN}:7: no detector is called 'rage_clik'; did you mean 'rage_click'?" in answer.out
    as_data = sojourn("blueprint", "check", str(MISTAKEN), "--json", home=tmp_path).documents()
    assert as_data[0] == {"file": str(MISTAKEN), "line": 3, "what": "'holdot' is no key of a blueprint", "fix": "did you mean 'holdout'?"}
    assert sojourn("blueprint", "check", acme, "--json", home=tmp_path).documents()[0]["hash"] == ACME.fingerprint()


def test_what_is_shown_is_a_blueprint_to_begin_with(tmp_path: Path) -> None:
    shown = sojourn("blueprint", "show", "--limits", home=tmp_path)
    (tmp_path / "mine.toml").write_text(shown.out)
    assert sojourn("blueprint", "check", str(tmp_path / "mine.toml"), home=tmp_path).code == 0
    assert "[limits.rage_click]" in shown.out


def test_two_files_are_compared_without_a_broker(tmp_path: Path, acme: str) -> None:
    (tmp_path / "other.toml").write_text('name = "other"\nholdout = 0.2\n')
    answer = sojourn("blueprint", "diff", acme, "--against", str(tmp_path / "other.toml"), home=tmp_path)
    assert (answer.code, answer.out.splitlines()) == (1, ["~ limits.rage_click.clicks: 4 -> 5"])


@pytest.mark.kafka
def test_a_blueprint_comes_into_force_and_is_taken_back(fresh: Cluster, acme: str) -> None:
    """One story, as each step needs the one before it."""
    assert fresh.sojourn("blueprint", "rollback").code == 2
    assert fresh.sojourn("blueprint", "diff", acme).out.splitlines() == ["~ limits.rage_click.clicks: 4 -> 5", "~ holdout: 0.1 -> 0.2"]
    assert fresh.sojourn("blueprint", "publish", acme, "--dry-run").code == 0
    assert said(fresh.settings) == {number: [] for number in range(4)}

    first = fresh.sojourn("blueprint", "publish", acme, "--why", "calmer clicks")
    assert "~ holdout: 0.1 -> 0.2" in first.out
    unread = "not read yet by partitions 0, 1, 2, 3: no worker runs; it counts from its place in the log on when one reads it"
    assert (first.code, f"acme, version 1 ({ACME.fingerprint()}): {unread}" in first.err) == (0, True), first.err
    word = RulesPublished(name="acme", version=1, hash=ACME.fingerprint(), why="calmer clicks")
    assert said(fresh.settings) == {number: [word] for number in range(4)}
    assert BlueprintLookup(fresh.settings)(ACME.fingerprint()) == ACME
    assert fresh.sojourn("blueprint", "diff", acme).code == 0

    again = fresh.sojourn("blueprint", "publish", acme, "--json").documents()
    told = {"name": "acme", "version": 1, "hash": ACME.fingerprint(), "partitions": 4, "again": True}
    assert again == [told | {"taken": [], "rejected": {}, "unread": [0, 1, 2, 3], "workers": 0}]
    assert said(fresh.settings) == {number: [word, word] for number in range(4)}

    back = fresh.sojourn("blueprint", "rollback", "--json").documents()
    assert (back[-1]["name"], back[-1]["version"], back[-1]["hash"]) == ("default", 2, Blueprint().fingerprint())
    assert fresh.sojourn("blueprint", "rollback", "--to", "1").code == 0
    versions = fresh.sojourn("blueprint", "versions", "--json").documents()
    assert [(row["version"], row["name"], row["why"]) for row in versions] == [
        (1, "acme", "calmer clicks"), (2, "default", "back to version 0"), (3, "acme", "back to version 1"),
    ]  # fmt: skip
    assert fresh.sojourn("blueprint", "show", "--active").out == text_of(ACME)
    assert fresh.sojourn("blueprint", "rollback", "--to", "9").err.startswith("error: no version 9 was ever published")


@pytest.mark.kafka
def test_of_two_who_publish_at_once_no_partition_hears_otherwise_than_another(fresh: Cluster) -> None:
    """Mutant: words sent outside one transaction under one name: partitions would disagree about what a version is."""

    def attempt(number: int) -> bool:
        try:
            publish(fresh.settings, Blueprint(name=f"b{number}", holdout=number / 100))
        except KafkaException:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        got_through = list(pool.map(attempt, range(1, 9)))
    assert any(got_through)
    told = said(fresh.settings)
    assert len({tuple(words) for words in told.values()}) == 1
    versions = [word.version for word in told[0] if word.name.startswith("b")]
    assert versions == sorted(set(versions))
    shelf = read_shelf(fresh.settings)
    assert shelf.newest == told[0][-1]
    assert {word.hash for word in told[0]} <= shelf.bodies.keys()
    assert set(shelf.versions) == {word.version for word in told[0]}


def test_without_a_broker_the_way_out_is_named(acme: str, tmp_path: Path) -> None:
    answer = sojourn("blueprint", "publish", acme, home=tmp_path, BROKERS="127.0.0.1:1")
    assert answer.code == 2
    assert "no Kafka broker answers" in answer.err


@pytest.mark.kafka
def test_doctor_says_what_is_in_force_and_that_the_file_is_another(fresh: Cluster, tmp_path: Path) -> None:
    newest = publish(fresh.settings, Blueprint(name="in-force", holdout=0.4)).word
    (tmp_path / "believed.toml").write_text('name = "in-force"\nholdout = 0.3\n')
    reports = {row["check"]: row for row in fresh.sojourn("doctor", "--json", BLUEPRINT=str(tmp_path / "believed.toml")).documents()}
    assert f"in-force, version {newest.version} ({newest.hash})" in reports["rules"]["says"]
    assert [finding["cause"] for finding in reports["rules"]["findings"]] == ["believed.toml is not what is in force"]
