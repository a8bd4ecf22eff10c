"""Following a stream shows what is committed, once; rejections are listed by reason and shown with their bytes."""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256

import pytest

from agents.cli import follow
from agents.kafka.producer import LogProducer
from agents.settings.security import librdkafka_security
from schemas.outputs.offers import OfferMade
from tests.agents.cli.conftest import Cluster
from tests.agents.cli.terminal_session import SOJOURN

pytestmark = pytest.mark.kafka


def _publish(cluster: Cluster, topic: str, records: Sequence[tuple[str, Mapping[str, object]]], *, committed: bool = True) -> None:
    producer = LogProducer({**librdkafka_security(cluster.settings), "transactional.id": "watching"}, resend=False)
    producer.client.init_transactions(30)
    producer.client.begin_transaction()
    for key, record in records:
        producer.send(topic, key, json.dumps(record).encode())
    producer.flush(30)
    if committed:
        producer.client.commit_transaction(30)
    else:
        producer.client.abort_transaction(30)


@pytest.fixture(scope="module")
def offers(cluster: Cluster) -> list[str]:
    made = [(f"c{number % 3}", {"type": "offer_made", "id": f"o{number}", "customer": f"c{number % 3}", "at": "x"}) for number in range(6)]
    _publish(cluster, "journey.offers.v1", made)
    _publish(cluster, "journey.offers.v1", [("c0", {"id": "never"})], committed=False)
    return [str(offer["id"]) for _, offer in made]


def test_following_from_the_start_shows_each_committed_record_once(cluster: Cluster, offers: list[str]) -> None:
    answer = cluster.sojourn("follow", "offers", "--from-start", "--until-end", "--json")
    assert answer.code == 0, answer
    assert sorted(row["id"] for row in answer.documents()) == offers


def test_one_customer_and_a_count(cluster: Cluster, offers: list[str]) -> None:
    words = ("follow", "offers", "--from-start", "--json", "--customer", "c1")
    assert [row["id"] for row in cluster.sojourn(*words, "--until-end").documents()] == ["o1", "o4"]
    assert [row["id"] for row in cluster.sojourn(*words, "--count", "1").documents()] == ["o1"]


def test_people_get_a_line_of_words(cluster: Cluster, offers: list[str]) -> None:
    answer = cluster.sojourn("follow", "offers", "--from-start", "--until-end")
    assert "c1  offer_made" in answer.out
    assert len(answer.out.splitlines()) == 6


def test_an_offer_is_told_as_explain_tells_it_with_all_its_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    """Mutant: the fields as JSON, cut after 400 characters."""
    follow._show("offers", OfferMade.examples[0].encode(), json=False)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "2026-01-05T09:12:44.120Z  c7  offer payment_help by web (service recovery)"
    assert "text: Your payment of 89.00 EUR for order o7 did not go through." in told[1]
    assert any("the risk of leaving is 18%" in line for line in told)
    assert "expected value 3.90 EUR (prior), valid until 2026-01-06 09:12" in told[-1]


def test_following_live_shows_what_comes(cluster: Cluster) -> None:
    env = {**os.environ, "SOJOURN_HOME": str(cluster.home)}
    command = [str(SOJOURN), "follow", "risks", "--json", "--count", "1", "--from-start"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as popen:
        _publish(cluster, "journey.risks.v1", [("c9", {"type": "risk_changed", "customer": "c9"})])
        out, _ = popen.communicate(timeout=60)
    assert (popen.returncode, json.loads(out)["customer"]) == (0, "c9")


@pytest.fixture(scope="module")
def rejected(cluster: Cluster) -> dict[str, bytes]:
    originals = {f"interactions.v1-9-{number}": b"{broken \xff %d" % number for number in range(30)}
    rows: list[tuple[str, dict[str, object]]] = [
        (
            "",
            {
                "id": id,
                "topic": "interactions.v1",
                "partition": 9,
                "offset": number,
                "logged_at": 1_767_225_600_000 + number,
                "reason": "unreadable_json" if number % 3 else "unknown_kind",
                "value": b64encode(original).decode(),
                "value_length": len(original),
                "value_sha256": sha256(original).hexdigest(),
            },
        )
        for number, (id, original) in enumerate(originals.items())
    ]
    _publish(cluster, "journey.rejections.v1", rows)
    return originals


def test_rejections_are_listed_newest_last_with_totals(cluster: Cluster, rejected: dict[str, bytes]) -> None:
    answer = cluster.sojourn("rejections", "list", "--limit", "5", "--reason", "unknown_kind")
    assert answer.code == 0, answer
    assert "interactions.v1-9-27" in answer.out
    assert "interactions.v1-9-3 " not in answer.out
    assert "10     unknown_kind" in answer.out
    rows = cluster.sojourn("rejections", "list", "--json", "--reason", "unknown_kind", "--limit", "1000").documents()
    assert [row["offset"] for row in rows if row["partition"] == 9] == list(range(0, 30, 3))


def test_a_rejection_is_shown_with_its_original_bytes(cluster: Cluster, rejected: dict[str, bytes]) -> None:
    id = "interactions.v1-9-4"
    assert "{broken \\xff 4" in cluster.sojourn("rejections", "show", id).out
    env = {**os.environ, "SOJOURN_HOME": str(cluster.home)}
    raw = subprocess.run([str(SOJOURN), "rejections", "show", id, "--raw"], capture_output=True, env=env, check=True)
    assert raw.stdout == rejected[id]


def test_an_unknown_rejection_is_an_error(cluster: Cluster, rejected: dict[str, bytes]) -> None:
    answer = cluster.sojourn("rejections", "show", "interactions.v1-9-4000")
    assert answer.code == 2
    assert "no rejection interactions.v1-9-4000 is kept" in answer.err
