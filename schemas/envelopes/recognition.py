"""What bytes are that no format reads, in words for the one who sent them."""

from __future__ import annotations

import re

from schemas.foreign.enriched import WIDTH
from schemas.reading import Rejected

_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4", b"\x78\x9c": "zlib", b"\x78\xda": "zlib"}
# The first characters of JSON in each encoding, and the byte order marks. The longer ones come first.
_ENCODED = (
    ("UTF-32", (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"{\x00\x00\x00", b"[\x00\x00\x00", b"\x00\x00\x00{", b"\x00\x00\x00[")),
    ("UTF-16", (b"\xff\xfe", b"\xfe\xff", b"{\x00", b"[\x00", b"\x00{", b"\x00[")),
)
_FORM = re.compile(rb"[A-Za-z0-9_.%+\[\]-]{1,64}=[^\s{\[]")
_TABS = 64  # from so many on, a line between tabs is taken for an enriched event


def recognise(value: bytes) -> Rejected | None:
    """Return the rejection that says what these bytes are, or None if that is not known.

    >>> recognise(b"data=e30%3D").detail, recognise(b"\\x1f\\x8b\\x08").detail
    ('a form body (data=...): send the JSON itself', 'gzip: send it unpacked')
    >>> recognise(b"shop" + b"\\t" * 129).detail
    'an enriched event of 130 columns, 131 are read'
    """
    says = _packed_or_encoded(value) or _written(value)
    return Rejected("unsupported_format", says) if says else None


def _packed_or_encoded(value: bytes) -> str | None:
    for mark, name in _PACKED.items():
        if value.startswith(mark):
            return f"{name}: send it unpacked"
    for name, marks in _ENCODED:
        if value.startswith(marks):
            return f"{name}: send UTF-8"
    if value.startswith(b"\x00") and len(value) > 5:
        schema = int.from_bytes(value[1:5], "big")
        return f"Avro or Protobuf behind the schema registry's bytes (schema {schema}): send JSON"
    return None


def _written(value: bytes) -> str | None:
    start = value.lstrip()[:80]
    if start.startswith(b'"'):
        return "a JSON text in which JSON stands: send the object itself"
    if start.startswith(b"<"):
        return "XML or HTML: send JSON"
    if start[:1] in (b"{", b"["):
        return "several events, one a line: send each alone, or all as a list" if re.search(rb"\}\r?\n\s*\{", value) else None
    columns = value.count(b"\t") + 1
    if columns > _TABS:
        return f"an enriched event of {columns} columns, {WIDTH} are read"
    if (form := _FORM.match(start)) is not None:
        return f"a form body ({form[0].partition(b'=')[0].decode()}=...): send the JSON itself"
    return None
