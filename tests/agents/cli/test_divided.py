"""`sojourn send` divides a batch of several customers, so that the events of each keep their order; what it cannot divide it tells."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agents.tools.operating.keys import keyed
from schemas.inputs import read
from schemas.reading import Batch, Read
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.units import LATEST
from tests.agents.cli.conftest import Cluster
from tests.schemas.inputs.sent import as_json, call, captured, payload, track, tracked

OWN = b'{"kind":"page_viewed","id":"%s","customer":"%s","at":1761555660000,"page":"/"}'
CLOUD = {
    "specversion": "1.0", "type": "com.acme.page_viewed", "source": "s", "time": "2025-10-27T09:01:00Z",
}  # fmt: skip


def segment(context: dict[str, object] | None = None) -> bytes:
    """A batch of two customers, three events; what stands beside the list counts for each event."""
    events = [track("Order Completed", order_id=order, total=1) | {"messageId": f"m{order}", "userId": who} for order, who in ORDERS]
    return as_json({"sentAt": "2025-10-27T09:02:00Z", "context": context or {}, "batch": events})


ORDERS = (("1", "c7"), ("2", "c8"), ("3", "c7"))
BATCHES: dict[str, Callable[[], bytes]] = {
    "segment": lambda: segment({"timezone": "Europe/Berlin"}),
    "posthog": lambda: as_json(
        {"api_key": "k", "batch": [captured("$pageview") | {"distinct_id": who, "uuid": f"u{order}"} for order, who in ORDERS]}
    ),
    "snowplow": lambda: payload(*(tracked("pv", uid=who, eid=f"s{order}") for order, who in ORDERS)),
    "cloudevents": lambda: as_json([CLOUD | {"id": order, "data": {"customer": who, "page": "/"}} for order, who in ORDERS]),
    "native": lambda: b"[" + b",".join(OWN % (order.encode(), who.encode()) for order, who in ORDERS) + b"]",
    "behind a registry": lambda: b"\x00\x00\x00\x00\x07" + segment(),
    "in Kafka Connect": lambda: b'{"schema":null,"payload":' + segment() + b"}",
}


def touchpoints(value: bytes) -> list[Touchpoint]:
    """What ingest reads in a record."""
    found = read(value, logged_at=LATEST)
    return [each.touchpoint for each in ((found,) if isinstance(found, Read) else found.reads if isinstance(found, Batch) else ())]


@pytest.mark.parametrize("name", BATCHES)
def test_each_event_goes_under_its_own_customer_and_is_the_same_alone(name: str) -> None:
    """Mutants: the whole batch under its first customer; the events without what their envelope says of them (a zone)."""
    batch = BATCHES[name]()
    parts = keyed(batch)
    assert [part.key for part in parts] == [b"c7", b"c8", b"c7"]
    assert [one for part in parts for one in touchpoints(part.value)] == touchpoints(batch)
    assert [one.customer.encode() for part in parts for one in touchpoints(part.value)] == [part.key for part in parts]
    assert not any(part.others for part in parts)


@pytest.mark.parametrize("name", BATCHES)
def test_what_is_of_one_customer_stays_as_it_is(name: str) -> None:
    """Mutant: every batch divided, ten records for one."""
    batch = BATCHES[name]().replace(b"c8", b"c7")
    assert [(part.key, part.value) for part in keyed(batch)] == [(b"c7", batch)]


def test_what_is_not_read_goes_as_a_record_of_its_own() -> None:
    """Mutant: an event that is not read lost, or read twice."""
    events = [call("page", name="A"), call("page", name="B", userId="c8", messageId="m2"), track("Moon Landed")]
    parts = keyed(as_json({"batch": events}))
    assert [(part.key, len(touchpoints(part.value))) for part in parts] == [(b"c7", 1), (b"c8", 1), (None, 0)]


def test_a_batch_that_cannot_be_divided_stays_whole_and_is_told() -> None:
    """Mutant: half of a batch sent. One event in it is no JSON, so nobody can take it apart."""
    broken = segment().replace(b'"order_id": "3"', b'"order_id": NaN')
    (part,) = keyed(broken)
    assert (part.key, part.value, part.others) == (b"c7", broken, 1)


@pytest.mark.kafka
def test_people_are_told_of_what_cannot_be_divided(cluster: Cluster) -> None:
    answer = cluster.sojourn("send", "-", "--no-wait", stdin=segment().replace(b'"order_id": "3"', b'"order_id": NaN'))
    assert "note 1 record holds events of several customers and cannot be divided: some may come late." in answer.err, answer
