"""`sojourn world play`: a whole worker gets the days of an invented company, and its customers answer the offers that the worker makes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient  # type: ignore[import-untyped]  # ships no types

from agents.kafka.admin import Admin
from schemas.durations import DAY
from schemas.topics import INTERACTIONS, OFFERS
from schemas.writing import from_rfc3339
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import Company, company, until
from tests.drivers.on_kafka import body_of, changelog

CUSTOMERS, DAYS, MONDAY = 60, 4, "2025-01-06"
PLAY = ("world", "play", "--customers", str(CUSTOMERS), "--days", str(DAYS), "--start", MONDAY)


def run(here: Company, *words: str) -> Answer:
    """`sojourn words` with the company's settings."""
    env = {name.removeprefix("SOJOURN_"): text for name, text in here.variables.items() if name != "SOJOURN_HOME"}
    return sojourn(*words, home=here.home, stdin=b"", **env)


@dataclass(frozen=True)
class Played:
    """A company in which a world was played: what the command said, what is true, and what lies in the topics."""

    company: Company
    refused: list[Answer]
    answer: Answer
    truths: list[dict[str, Any]]
    events: list[dict[str, Any]]
    offers: dict[str, dict[str, Any]]  # what was made, by id

    def reports(self, *kinds: str) -> Counter[str]:
        """Return how often events of these kinds tell of each offer. Senders double some events, under the same id."""
        return Counter(one["offer"] for one in {one["id"]: one for one in self.events}.values() if one["kind"] in kinds)


@pytest.fixture(scope="module")
def played(server_folder: Path) -> Iterator[Played]:
    """Play four days, after two refusals: without topics, and without a worker."""
    with company(server_folder / "played", 2) as made:
        _drop(made, OFFERS)
        refused = [run(made, *PLAY)]
        assert run(made, "topics", "create").code == 0
        refused.append(run(made, *PLAY))
        made.worker(MODE="events", INSIGHTS_INTERVAL_MS="3600000")  # no norms among the events that are counted
        until(lambda: made.ready("ingest", "journey"), made.log)
        answer = run(made, *PLAY, "--json", "--truth", str(made.home / "truth.jsonl"))
        truths = [json.loads(line) for line in (made.home / "truth.jsonl").read_text().splitlines()]
        events, offers = ([json.loads(value or b"") for _, _, value, *_ in made.records(topic)] for topic in (INTERACTIONS, OFFERS))
        yield Played(made, refused, answer, truths, events, {one["id"]: one for one in offers if one["type"] == "offer_made"})


def _drop(made: Company, topic: str) -> None:
    client = KafkaAdminClient(bootstrap_servers=made.variables["SOJOURN_BROKERS"])
    client.delete_topics([topic])
    client.close()
    with Admin(made.settings) as admin:
        until(lambda: not admin.partitions([topic]))


@pytest.mark.kafka
def test_it_refuses_without_topics_and_without_a_worker(played: Played) -> None:
    """Mutants: no look at the topics; any group of the two is enough, or none."""
    topics, worker = played.refused
    assert (topics.code, topics.err.splitlines()) == (2, [f"error: the topic {OFFERS} does not exist", "fix:   sojourn topics create"])
    assert worker.code == 2
    assert worker.err.splitlines() == [
        "error: no worker reads the topics, so no offers would come",
        "fix:   start one with `sojourn worker`, and SOJOURN_MODE=events: time then passes with the days",
    ]


@pytest.mark.kafka
def test_all_events_are_sent_and_have_ended_when_the_command_does(played: Played) -> None:
    """Mutants: the last day is not sent, or not waited for."""
    assert played.answer.code == 0, played.answer.err
    (said,) = played.answer.documents()
    came_back = said.pop("offers")
    assert said == {"seed": 1, "days": DAYS, "customers": CUSTOMERS, "events": len(played.events)}
    assert 0 < came_back <= len(played.offers)  # timers may make one after the command has ended
    assert len(played.events) > 10 * CUSTOMERS
    outcomes = Counter[str]()
    for stored in changelog(played.company).values():
        outcomes.update(body_of(stored).outcomes)
    assert outcomes["applied"] + outcomes["late"] + outcomes["duplicate"] == len(played.events)


@pytest.mark.kafka
def test_the_truth_is_written(played: Played) -> None:
    """Mutant: the end of the truth, or the truth of the days, is left out."""
    told = Counter(one["truth"] for one in played.truths)
    assert (played.truths[0]["truth"], told["world"], told["customer"]) == ("world", 1, CUSTOMERS)
    assert (played.truths[0]["start"], played.truths[0]["days"]) == (from_rfc3339(f"{MONDAY}T00:00:00Z"), DAYS)
    assert told["friction"] > 0


@pytest.mark.kafka
def test_customers_answer_each_offer_once_on_the_day_after_it(played: Played) -> None:
    """Mutants: offers are read and not handed on; all offers are read again every day; they are answered on the day of the offer."""
    start = played.truths[0]["start"]
    stayed = {one["customer"] for one in played.truths if one["truth"] == "customer" and one["left"] < 0}
    early = {id for id, one in played.offers.items() if from_rfc3339(one["at"]) < start + (DAYS - 2) * DAY and one["customer"] in stayed}
    reached = played.reports("offer_delivered", "offer_refused_by_channel")
    assert early
    assert early <= reached.keys() <= played.offers.keys()
    assert set(reached.values()) == {1}
    assert {one["offer"] for one in played.truths if one["truth"] == "reaction"} == set(played.reports("offer_delivered"))
    for event in played.events:
        if event["kind"] == "offer_delivered":
            assert event["at"] // DAY > from_rfc3339(played.offers[event["offer"]]["at"]) // DAY
    assert played.reports("offer_seen", "offer_expired")


@pytest.mark.kafka
def test_people_are_told_what_was_played_and_why_no_offer_came(played: Played) -> None:
    answer = run(played.company, "world", "play", "--seed", "2", "--days", "1", "--customers", "2", "--start", MONDAY)
    assert (answer.code, answer.out) == (0, "")
    assert "played 1 days: " in answer.err
    assert " 0 offers came back" in answer.err
    assert "workers with SOJOURN_MODE=events keep to the days" in answer.err


@pytest.mark.parametrize(
    ("start", "words"), [("2025-01-07", "2025-01-07 is no Monday"), ("soon", "write a date, as 2025-01-06")], ids=["tuesday", "word"]
)
def test_the_first_day_is_a_monday(start: str, words: str, tmp_path: Path) -> None:
    """Mutant: the week of the world begins on any day. No broker is asked before."""
    answer = sojourn("world", "play", "--start", start, home=tmp_path, BROKERS="127.0.0.1:9")
    assert answer.code == 2
    assert words in answer.err
