"""What `sojourn send` counts is its own, adds up, and is never negative, whoever else sends at the same time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.kafka.producer import LogProducer
from agents.running.runs import KEPT, Runs, count_run
from agents.tools.operating.remedies import REMEDIES, remarks_on
from agents.tools.operating.tally import tally
from schemas.reading import REASONS
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import Company, company, until

COUNTS = st.integers(0, 50)


@given(st.data())
def test_the_counts_of_a_run_add_up_to_its_events_and_none_is_negative(data: st.DataObject) -> None:
    """Mutants: records and events in one sum; rejections at the journey counted twice; duplicates taken from a global counter."""
    applied, forwarded, duplicate, late, passed, refused, broken = (data.draw(COUNTS) for _ in range(7))
    at_journey = data.draw(st.dictionaries(st.sampled_from(("wrong_key", "failed")), st.integers(1, 5)))
    reached = applied + forwarded + duplicate + late
    ingest = {"forwarded": reached + sum(at_journey.values()), "passed": passed, "rejected no_customer": refused}
    journey = {"applied": applied, "forwarded": forwarded, "duplicate": duplicate, "late": late, "control": 7, "tick": 9}
    at_ingest = +Counter({"no_customer": min(refused, 1), "failed": broken})
    found = tally(data.draw(COUNTS), ingest, journey, at_ingest, at_journey)
    counts = (found.applied, found.duplicate, found.late, found.passed, found.rejected)
    assert counts == (applied + forwarded, duplicate, late, passed, refused + broken + sum(at_journey.values()))
    assert sum(count for count in counts if count is not None) == found.events
    assert sum(found.reasons.values()) == found.rejected
    assert found.at_fault == bool(found.rejected)
    assert ("  late " in "\n".join(remarks_on(found))) == (late > 0)


@given(st.dictionaries(st.sampled_from(("applied", "duplicate", "late", "forwarded", "tick")), COUNTS), COUNTS, st.booleans())
def test_counts_that_do_not_fit_are_unknown_rather_than_wrong(journey: dict[str, int], forwarded: int, kept: bool) -> None:
    """Mutant: what is missing is called applied, or a negative number."""
    found = tally(1, {"forwarded": forwarded} if kept else None, journey, {}, {})
    fits = kept and forwarded == sum(count for name, count in journey.items() if name != "tick")
    assert (found.applied is not None, found.events is not None) == (fits, kept)
    assert all(count is None or count >= 0 for count in (found.applied, found.duplicate, found.late, found.passed, found.rejected))
    assert ("unknown" in " ".join(remarks_on(found))) == (not fits)


@given(st.lists(st.integers(0, 40), min_size=KEPT * 3))
def test_a_run_that_was_forgotten_is_gone_and_the_latest_are_kept(told: list[int]) -> None:
    """Mutant: the counts of every run that there ever was are kept."""
    runs: Runs = {}
    for run in told:
        count_run(runs, f"r{run}", "applied", 2)
        assert len(runs) <= KEPT
        assert f"r{run}" in runs


def test_every_reason_has_a_remedy() -> None:
    assert set(REASONS) <= set(REMEDIES)


VIEW = b'{"event":"Product Viewed","uuid":"%s","timestamp":"2026-03-02T09:01:00Z","properties":{"product_id":"p"%s}%s}'
BAD = VIEW % (b"s1-b", b"", b"")


def good(id: bytes, customer: bytes) -> bytes:
    """An event that names its customer."""
    return VIEW % (id, b',"$lib":"web"', b',"distinct_id":"%s"' % customer)


def batch(*events: bytes) -> bytes:
    """One record with these events, as PostHog sends them."""
    return b'{"batch":[' + b",".join(events) + b"]}"


@pytest.fixture(scope="module")
def counted(server_folder: Path) -> Iterator[Company]:
    """A company whose worker runs, while another producer sends the same events over and over."""
    with company(server_folder / "counts", 2) as made:
        made.worker(HTTP_PORT="0")
        until(lambda: made.ready("journey", "ingest"), made.log)
        stop = threading.Event()
        other = threading.Thread(target=_send_over_and_over, args=(made, stop))
        other.start()
        yield made
        stop.set()
        other.join(30)


def _send_over_and_over(made: Company, stop: threading.Event) -> None:
    producer = LogProducer({"bootstrap.servers": made.settings.brokers}, resend=True)
    while not stop.wait(0.02):
        producer.send("interactions.v1", None, batch(good(b"other", b"s-1"), BAD))
        producer.send("interactions.v1", None, good(b"another", b"s-2"))
        producer.flush(30)


def send(made: Company, text: bytes, *words: str) -> Answer:
    """`sojourn send` of this text, from standard input, as one file."""
    env = {name.removeprefix("SOJOURN_"): held for name, held in made.variables.items() if name != "SOJOURN_HOME"}
    return sojourn("send", "-", "--wait", *words, home=made.home, stdin=text, **env)


@pytest.mark.kafka
def test_a_batch_with_a_bad_event_that_is_sent_twice_while_another_producer_sends(counted: Company) -> None:
    """Mutants: duplicates of all producers counted; the rejected record taken from the events; a touchpoint's header not given on."""
    mixed = batch(good(b"s1-a", b"s-1"), BAD)
    first, second = send(counted, mixed), send(counted, mixed, "--json")
    assert "sent 1 record, 2 events: applied 1, duplicate 0, late 0, passed by 0, rejected 1\n" in first.err, first
    assert "  rejected 1: no_customer. Nobody is named" in first.err
    assert "do: Add the customer's id" in first.err
    assert not first.err.startswith("\n")
    assert (first.code, second.code) == (1, 1)
    said = second.documents()[0]
    assert [said[name] for name in ("records", "events", "applied", "duplicate", "rejected", "rejected_records")] == [1, 2, 0, 1, 1, 1], (
        said
    )


@pytest.mark.kafka
def test_a_clean_batch_counts_its_events_and_a_second_time_they_are_duplicates(counted: Company) -> None:
    clean = batch(*(good(b"s1-%d" % number, b"s-3") for number in range(3)))
    for applied, duplicate in ((3, 0), (0, 3)):
        answer = send(counted, clean, "--json")
        said = answer.documents()[0]
        assert (answer.code, said["records"], said["events"], said["applied"], said["duplicate"]) == (0, 1, 3, applied, duplicate), said


@pytest.mark.kafka
def test_a_batch_of_several_customers_counts_as_the_records_that_it_becomes(counted: Company) -> None:
    """Mutants: records counted by lines; a batch under its first customer, so that the events of the others come late."""
    events = [good(b"s6-%d" % number, b"s6-%d" % (number % 3)) for number in range(6)]
    answer = send(counted, good(b"s6-first", b"s6-1") + b"\n" + batch(*events), "--json")
    assert answer.code == 0, answer
    said = answer.documents()[0]
    assert [said[name] for name in ("records", "events", "applied", "late", "rejected", "mixed")] == [7, 7, 7, 0, 0, 0], said
