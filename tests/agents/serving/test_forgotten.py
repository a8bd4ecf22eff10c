"""An anonymous journey is forgotten by a real worker: its state gets a tombstone, its view goes, and the books count it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from redis import Redis

from agents.carrier.record import STATE
from agents.kafka.producer import LogProducer
from agents.kafka.signing import signer
from agents.serving.view import key_of
from agents.settings.security import librdkafka_security
from schemas.control import HistoryEnded, Tick
from schemas.topics import JOURNEY_CHANGELOG, TOUCHPOINTS
from schemas.writing import encode
from streams.story import START, story
from tests.agents.company import Company, company, until
from tests.drivers.cases import BACK, DAY

pytestmark = pytest.mark.kafka

BEGAN = START - BACK
FORGOTTEN = BEGAN + 90 * DAY
VISITS = """
0 web page_viewed /shop page=/shop customer=anon:1
0 web page_viewed /shop page=/shop customer=c1
"""


@pytest.fixture(scope="module")
def made(server_folder: Path) -> Iterator[Company]:
    """Return a company whose worker has shown a visitor and a customer, and then forgotten the visitor."""
    with company(server_folder / "forgotten", 1) as made, Redis.from_url(made.settings.redis_url) as redis:
        without = [word for role in ("ingest", "insights", "learning") for word in ("--without", role)]
        made.worker(*without, MODE="events", COMMIT_INTERVAL_MS="50")
        producer = LogProducer(librdkafka_security(made.settings), resend=False)
        for each in story(VISITS):
            producer.send(TOUCHPOINTS, each.customer, encode(msgspec.structs.replace(each, at=each.at - BACK)), partition=0)
        producer.flush(30)
        until(lambda: redis.exists(key_of("anon:1"), key_of("c1")) == 2, made.log)
        ended = msgspec.json.encode(HistoryEnded(until=FORGOTTEN))
        producer.send(TOUCHPOINTS, b"control", ended, signer(made.settings).sign(0, ended), 0)
        producer.flush(30)
        until(lambda: not redis.exists(key_of("anon:1")), made.log)
        yield made


def test_a_tick_in_the_log_forgot_the_visitor(made: Company) -> None:
    """The state was there, and its last record is a tombstone. Mutant: an empty journey written in its place."""
    states = [value for _, key, value, *_ in made.records(JOURNEY_CHANGELOG) if key == STATE + b"anon:1"]
    assert states[0]
    assert states[-1] is None
    told = [value for _, key, value, *_ in made.records(TOUCHPOINTS) if key == b"anon:1"]
    assert msgspec.json.encode(Tick(customer="anon:1", due=FORGOTTEN)) == told[-1]


def test_the_view_is_gone_and_the_customer_stays(made: Company) -> None:
    """Mutant: a tombstone that serving passes by."""
    with Redis.from_url(made.settings.redis_url) as redis:
        assert (redis.exists(key_of("anon:1")), redis.exists(key_of("c1"))) == (0, 1)


def test_the_metric_counts_it(made: Company) -> None:
    _, body = made.ask("journey", "/metrics")
    lines = body.decode().splitlines()
    assert 'journey_forgotten_total{partition="0"} 1.0' in lines
    assert 'journey_journeys{partition="0"} 1.0' in lines
