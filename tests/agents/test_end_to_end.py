"""The whole worker as an operator runs it, on a real Kafka and a real Valkey: ten thousand good lines, a thousand broken ones."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from redis import Redis

from agents.serving.view import PREFIX
from schemas.outputs.rejections import Rejection
from schemas.touchpoints import BY_KIND
from schemas.writing import encode
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import Company, alive, company, until
from tests.drivers.on_kafka import body_of, changelog
from tests.laws.strategies import apart, touchpoint

pytestmark = pytest.mark.kafka

GOOD, BROKEN, CUSTOMERS = 10_000, 1_000, 400
ROLES = ("journey", "ingest", "serving")
KINDS = ("page_viewed", "clicked", "cart_updated", "products_searched", "order_placed", "payment_failed", "contact_opened")


@dataclass(frozen=True)
class Sent:
    """A company whose worker runs, what was sent to it, and what `sojourn send` said."""

    company: Company
    customers: dict[str, int]
    broken: Counter[bytes]
    answer: Answer


def lines(seed: int) -> tuple[list[bytes], dict[str, int], Counter[bytes]]:
    """Good and broken lines, mixed; the customers with how many touchpoints each, and the broken lines' bytes."""
    dice, customers, made, broken = random.Random(seed), Counter[str](), list[bytes](), Counter[bytes]()
    begun = int(time.time() * 1000) - 3_600_000
    for number in range(GOOD):
        customer = f"c{dice.randrange(CUSTOMERS)}"
        customers[customer] += 1
        each = touchpoint(BY_KIND[dice.choice(KINDS)], begun + number * 300, number, dice.randrange(400), customer)
        made.append(encode(apart(each, number)))
    for number in range(BROKEN):
        spoilt = dice.choice(made[:GOOD])
        line = (spoilt[: dice.randrange(1, len(spoilt) - 1)], b'{"kind":"teleported","number":%d}' % number, b"\xff%d" % number)[number % 3]
        broken[line] += 1
        made.append(line)
    dice.shuffle(made)
    return made, dict(customers), broken


def shown(made: Company) -> dict[str, int]:
    """How many touchpoints the read model shows of each customer."""
    with Redis.from_url(made.settings.redis_url) as redis:
        views = [json.loads(text) for text in redis.mget([PREFIX, *redis.keys(PREFIX + "*")]) if text]
    return {view["customer"]: view["touchpoints"] for view in views}


@pytest.fixture(scope="module")
def sent(server_folder: Path) -> Iterator[Sent]:
    """Return a running company after everything was sent and ended."""
    with company(server_folder / "end-to-end", 4) as made:
        made.worker(HTTP_PORT="0", INSIGHTS_INTERVAL_MS="3600000")  # no norms among the events that are counted, however long it takes
        until(lambda: made.ready(*ROLES), made.log)
        given, customers, broken = lines(20)
        events = made.home / "events.jsonl"
        events.write_bytes(b"\n".join(given) + b"\n")
        env = {name.removeprefix("SOJOURN_"): text for name, text in made.variables.items() if name != "SOJOURN_HOME"}
        yield Sent(made, customers, broken, sojourn("send", str(events), "--wait", "--json", home=made.home, stdin=b"", **env))


def test_every_line_ends_once_and_the_command_says_how(sent: Sent) -> None:
    said = sent.answer.documents()[-1]
    ended = (said["records"], said["applied"] + said["late"], said["rejected"], said["duplicate"])
    assert ended == (GOOD + BROKEN, GOOD, BROKEN, 0), sent.answer.err
    assert sent.answer.code == 1


def test_every_broken_line_is_kept_with_its_bytes(sent: Sent) -> None:
    rejections = [msgspec.json.decode(value or b"", type=Rejection) for _, _, value, *_ in sent.company.records("journey.rejections.v1")]
    assert Counter(b64decode(rejection.value or "") for rejection in rejections) == sent.broken
    assert len({rejection.id for rejection in rejections}) == BROKEN


def test_the_books_sum_to_what_was_received(sent: Sent) -> None:
    outcomes = Counter[str]()
    for stored in changelog(sent.company).values():
        outcomes.update(body_of(stored).outcomes)
    outcomes.pop("tick", None)
    assert sum(outcomes.values()) == GOOD
    assert set(outcomes) <= {"applied", "late"}


def test_the_read_model_shows_every_customer(sent: Sent) -> None:
    assert until(lambda: shown(sent.company) == sent.customers, sent.company.log)


def test_the_metrics_say_so_too(sent: Sent) -> None:
    status, body = sent.company.ask("ingest", "/metrics")
    figures = [line for line in body.decode().splitlines() if line.startswith("journey_events_total")]
    assert status == 200
    assert sum(float(line.rpartition(" ")[2]) for line in figures if 'outcome="forwarded"' in line) == GOOD
    assert sum(float(line.rpartition(" ")[2]) for line in figures if 'outcome="rejected"' in line) == BROKEN


def test_a_role_that_was_killed_is_back_and_nothing_was_lost(sent: Sent) -> None:
    made = sent.company
    killed = made.facts("journey")["pid"]
    before = changelog(made)
    os.kill(killed, signal.SIGKILL)
    until(lambda: made.facts("journey")["pid"] != killed and made.ready("journey"), made.log)
    assert "journey was killed by SIGKILL; starting it again" in made.log()
    after = changelog(made)
    assert {number: stored.keys() for number, stored in before.items()} == {number: stored.keys() for number, stored in after.items()}


def test_no_customer_is_named_in_the_log(sent: Sent) -> None:
    words = set(sent.company.log().replace("'", " ").replace('"', " ").replace(":", " ").split())
    assert not words & set(sent.customers)


def test_told_to_end_everything_is_gone_within_fifteen_seconds_and_an_emptied_view_can_be_rebuilt(sent: Sent) -> None:
    made = sent.company
    pids = [made.facts(role)["pid"] for role in (*ROLES, "worker")]
    (parent,) = made.children
    begun = time.monotonic()
    parent.terminate()
    assert parent.wait(20) == 0
    assert time.monotonic() - begun < 15.0
    assert not any(map(alive, pids))
    with Redis.from_url(made.settings.redis_url) as redis:
        redis.flushall()
        redis.set(PREFIX + "nobody", '{"version":999999999,"customer":"nobody","touchpoints":1}')
    made.worker("--only", "serving", "--rebuild")
    until(lambda: shown(made) == sent.customers, made.log)
