"""Hostile inputs: real examples, spoilt in every way we could think of. A seed gives the same messages again."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator

from schemas.inputs import FORMATS
from schemas.reading import Headers
from schemas.touchpoints import KINDS

EXAMPLES: tuple[tuple[Headers, bytes], ...] = (
    *(((), text.encode()) for kind in KINDS for text in kind.examples),
    *(example for format in FORMATS for example in format.examples * 10),
)

# Pieces that parsers are known to stumble over; each may land anywhere.
PIECES = (
    *(b"null", b"true", b"[]", b"{}", b'""', b"-1", b"-0.0", b"1e999", b"-1e999", b"NaN", b"Infinity", b"1" * 400, b"0x1", b"01"),
    *(b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\x00", b"\xef\xbb\xbf", rb"\ud800", rb"\u0000", b'"', b"\\", b"{", b"}", b"[", b",", b":"),
    *(b"[" * 900 + b"]" * 900, b'{"a":' * 900 + b"1" + b"}" * 900, b"[" * 40_000, b'"' + b"a" * 9_000 + b'"', b'\\"' * 30_000),
    *(
        b'"__faust":{"ns":"x"},',
        b'"kind":"tick",',
        b'"kind":"clicked",',
        b'"customer":"undefined",',
        b'"at":1e400,',
        b'"specversion":"1.0",',
    ),
    *(
        b'"batch":[',
        b'"messageId":"m1",',
        b'"distinct_id":"undefined",',
        b'"userId":"null",',
        b'"event":"$rageclick",',
        b'"$elements":[7],',
        b'"ue_px":"e30",',
    ),
    b",".join(b'"k%d":0' % number for number in range(1100)) + b",",
    gzip.compress(b"0" * 1_000_000, mtime=0),
    b'"' + b"a" * 530_000 + b'"',
)

HEADERS: tuple[tuple[str, bytes | None], ...] = (
    *(("reply-to", b"evil"), ("__faust", b"{}"), ("traceparent", b"00-1"), ("", b""), ("ce_id", None), ("ce_id", b"\xff")),
    *(("ce_specversion", b"1.0"), ("ce_specversion", b"9"), ("ce_type", b"page_viewed"), ("ce_type", b"x" * 5_000), ("ce_source", b"s")),
    *(("ce_time", b"yesterday"), ("ce_time", b"9" * 5_000), ("ce_time", b"2025-10-27T09:01:00Z"), ("CE_ID", b"e1")),
    *(("content-type", b"application/cloudevents+json"), ("content-type", b"application/cloudevents-batch+json"), ("content-type", None)),
)


_WHO = re.compile(rb'("(?:customer|other|anonymous|userId|anonymousId|distinct_id)":)"[^"]*"')


def spoilt(value: bytes, chance: random.Random) -> bytes:
    """Return the value with one to three wounds: a piece put in, a stretch cut out, doubled or overwritten, a byte turned, nobody's id."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(value) + 1)
        end = min(len(value), start + chance.randint(0, 12))
        wound = chance.randrange(5)
        if chance.random() < 0.02:
            value = _WHO.sub(rb'\1"undefined"', value)
        elif wound < 2:
            value = value[:start] + chance.choice(PIECES) + value[end if wound else start :]
        elif wound == 2:
            value = value[:start] + value[end:]
        elif wound == 3:
            value = value[:end] + value[start:]
        else:
            value = value[:start] + bytes([chance.randrange(256)]) + value[start + 1 :]
    return value


def messages(seed: int, count: int) -> Iterator[tuple[bytes | None, Headers]]:
    """Yield that many spoilt messages; one in fifty is noise, or no value at all."""
    chance = random.Random(seed)
    for number in range(count):
        headers, value = chance.choice(EXAMPLES)
        if chance.random() < 0.3:
            headers = [*headers, *chance.sample(HEADERS, chance.randint(1, 4))]
        if number % 50 == 0:
            yield chance.choice((None, b"", chance.randbytes(chance.randrange(200)))), headers
        else:
            yield spoilt(value, chance), headers
