"""Bytes that no format reads are called what they are, and limits are those of one event."""

from __future__ import annotations

import gzip
import json
import zlib
from random import Random

import pytest

from schemas.envelopes import is_within_limits, peel, spare
from schemas.reading import Batch
from schemas.reading.limits import MAX_BYTES
from tests.schemas.inputs.sent import as_json, captured, track
from tests.schemas.samples import PAGE, outcome, page, rejected, touchpoints

ROW = b"\t".join([b"shop", b"web"] + [b""] * 129)
UNREAD = (
    (gzip.compress(PAGE, mtime=0), "gzip: send it unpacked"),
    (zlib.compress(PAGE), "zlib: send it unpacked"),
    (b"\x28\xb5\x2f\xfd" + PAGE, "zstd: send it unpacked"),
    (b"data=e30%3D", "a form body (data=...): send the JSON itself"),
    (b"v=1&tid=UA-1&t=pageview", "a form body (v=...): send the JSON itself"),
    (json.dumps(PAGE.decode()).encode(), "a JSON text in which JSON stands: send the object itself"),
    *(
        (PAGE.decode().encode(name), f"{name[:6].upper()}: send UTF-8")
        for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
    ),
    (ROW[:-1], "an enriched event of 130 columns, 131 are read"),
    (ROW + b"\t", "an enriched event of 132 columns, 131 are read"),
    (b"\x00\x00\x00\x00\x07\x02\x04c7", "Avro or Protobuf behind the schema registry's bytes (schema 7): send JSON"),
    (PAGE + b"\n" + PAGE, "several events, one a line: send each alone, or all as a list"),
    (b"<html><body>502 Bad Gateway</body></html>", "XML or HTML: send JSON"),
)


@pytest.mark.parametrize(("value", "says"), UNREAD)
def test_bytes_that_are_not_read_are_called_what_they_are(value: bytes, says: str) -> None:
    """Mutants: `not JSON at byte 0`, by which nobody knows what to change; a mark of one encoding taken for the other's."""
    found = rejected(value)
    assert (found.reason, found.detail) == ("unsupported_format", says)


@pytest.mark.parametrize("value", [b"page_viewed", b"{", b"a = b", b"x\ty", b"\x00", b"[1,", b'{"a":}'])
def test_what_is_not_recognised_is_not_guessed(value: bytes) -> None:
    """Mutant: everything that is not JSON called a form."""
    assert rejected(value).reason == "unreadable_json"


def test_what_sdks_send_by_their_own_limits_is_read() -> None:
    """Mutants: 256 keys an event; 64 KiB a record; 8 KiB a text that nobody reads. Sources: Segment's and PostHog's documented limits."""
    flags = {f"$feature/f{number:03}": True for number in range(700)}
    assert len(touchpoints(as_json(captured("$pageview", **flags)))) == 1
    assert len(touchpoints(as_json(track("Cart Viewed", note="x" * 31_000)))) == 1
    calls = [track("Cart Viewed", note="x" * 30_000, more=[{"a": 1}] * 50) | {"messageId": f"m{number}"} for number in range(16)]
    assert 490_000 < len(as_json({"batch": calls})) < MAX_BYTES
    assert len(touchpoints(as_json({"batch": calls}))) == 16
    assert len(touchpoints(page(note="x" * 100_000))) == 1


def test_a_long_text_that_is_read_falls_alone() -> None:
    """Mutant: the whole batch refused for one product's number."""
    calls = [track("Product Viewed", product_id=product) | {"messageId": f"m{n}"} for n, product in enumerate(("p1", "x" * 9_000, "p3"))]
    found = outcome(as_json({"batch": calls}))
    assert isinstance(found, Batch)
    assert [each.touchpoint.id for each in found.reads] == ["m0", "m2"]
    assert found.refused is not None
    assert found.refused.detail.startswith("not read of 3 in the batch: 1 too_long_text")


def test_a_batch_within_limits_is_one_of_which_nothing_has_to_be_taken_out() -> None:
    """Mutant caught: the part around the events is not looked at."""
    chance, within = Random(4), 0
    for _ in range(300):
        events = [chance.choice([keys(chance.randrange(400)), keys(1100), 7, {"data": [1, {"a": 2}]}, 'x"batch":[1']) for _ in range(4)]
        around = {"c": {"data": [keys(3)]}, "x": keys(1100), "deep": json.loads("[" * 16 + "]" * 16), "data": [keys(5)], "a": 1}
        parts = [*((name, part) for name, part in around.items() if chance.random() < 0.1), (chance.choice(["batch", "data"]), events)]
        chance.shuffle(parts)
        value = ("{" + ",".join(f"{json.dumps(name)}: {json.dumps(part)}" for name, part in parts) + "}").encode()
        if is_within_limits(value):
            within += 1
            spared = spare(value)
            assert spared is not None
            assert (spared.refused, json.loads(spared.value)) == ({}, json.loads(value))
    assert within > 50


def keys(count: int) -> dict[str, int]:
    return {f"k{number}": number for number in range(count)}


@pytest.mark.parametrize(
    "written",
    [
        b'{"schema":null,"payload":%s}',
        b'{"payload":%s,"schema":null}',
        b'{ \n "payload" : %s, "schema":null}',
        b'{' + b" " * 60 + b'"schema":null,"payload":%s}',
        rb'{"sch\u0065ma":null,"payload":%s,"schema":null}',
    ],
)  # fmt: skip
def test_what_kafka_connect_writes_is_peeled_however_it_is_spaced(written: bytes) -> None:
    """Mutants caught: only a key at the first byte counts; a key with escapes is taken for an event of ours."""
    assert peel(written % PAGE) == PAGE
    assert peel(PAGE[:-1] + b',"note":"\\"payload\\" and \\"schema\\""}') is None
