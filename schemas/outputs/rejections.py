"""Rejections: records that could not be used. Nothing is dropped: each is kept with its reason."""

from typing import ClassVar

import msgspec


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """One input record that was not applied, or only in part.

    It is published in the transaction that passes the record by, hence exactly once.

    >>> msgspec.json.decode(Rejection.examples[0], type=Rejection).reason
    'unreadable_json'
    """

    examples: ClassVar[tuple[str, ...]] = (
        '{"id":"interactions.v1-3-1041","topic":"interactions.v1","partition":3,"offset":1041,"logged_at":1767225600000,'
        '"reason":"unreadable_json","error":"unexpected end of data: line 1 column 2 (char 1)","detector":"","version":"0.1.0",'
        '"value":"ew==","value_length":1,"value_sha256":"021fb596db81e6d02bf3d2586ee3981fe519f275c0ac9ca76bbcf2ebb4097d96",'
        '"key":null,"headers":[["content-type","YXBwbGljYXRpb24vanNvbg=="]]}',
    )

    id: str  # "<topic>-<partition>-<offset>": where the original lies; the same when it is read again
    topic: str  # topic of the original
    partition: int  # partition of the original
    offset: int  # offset of the original; of a batch that could not be read its first
    logged_at: int  # ms since 1970 UTC, the broker's timestamp of the original
    reason: str  # one of the reading reasons, or "failed" if our own code raised on it
    error: str = ""  # the exception's class and text, never the record's content beyond that
    detector: str = ""  # the detector that failed; empty: it was none
    in_part: bool = False  # true: its touchpoints were forwarded, and `error` names what could not be read of them
    last_offset: int = -1  # the last offset that it stands for: that of the original, or of a batch its last; -1: not told
    version: str = ""  # version of Sojourn, so that a fixed version knows what to read again
    value: str | None = None  # base64 of at most the first 64 KiB; null for a record without a value
    value_length: int = 0  # bytes of the whole value
    value_sha256: str = ""  # hex, of the whole value
    key: str | None = None  # base64 of at most the first 4 KiB; null for a record without a key
    headers: list[tuple[str, str]] = []  # name, base64 of the value; at most 32 of at most 1 KiB each
