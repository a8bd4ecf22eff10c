"""What becomes of a record that could not be used: nothing is dropped, it is kept with the reason."""

from typing import ClassVar

import msgspec


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """One input record that was not applied. Published in the transaction that passes it by, hence exactly once.

    >>> msgspec.json.decode(Rejection.examples[0], type=Rejection).reason
    'unreadable_json'
    """

    examples: ClassVar[tuple[str, ...]] = (
        '{"id":"interactions.v1-3-1041","topic":"interactions.v1","partition":3,"offset":1041,"logged_at":1767225600000,'
        '"reason":"unreadable_json","error":"unexpected end of data: line 1 column 2 (char 1)","detector":"","version":"0.1.0",'
        '"value":"ew==","value_length":1,"value_sha256":"021fb596db81e6d02bf3d2586ee3981fe519f275c0ac9ca76bbcf2ebb4097d96",'
        '"key":null,"headers":[["content-type","YXBwbGljYXRpb24vanNvbg=="]]}',
    )

    id: str  # "<topic>-<partition>-<offset>": where the original stands, and the same again when it is read again
    topic: str
    partition: int
    offset: int
    logged_at: int  # ms since 1970, the broker's timestamp of the original
    reason: str  # one of the reading reasons, or "failed" when our own code raised on it
    error: str = ""  # the exception's class and text, never the record's content beyond that
    detector: str = ""  # the detector that failed, when it was one
    version: str = ""  # of Sojourn, so that a fixed version knows what to read again
    value: str | None = None  # base64 of at most the first 64 KiB; null for a record without a value
    value_length: int = 0  # bytes of the whole value
    value_sha256: str = ""  # hex, of the whole value
    key: str | None = None  # base64 of at most the first 4 KiB; null for a record without a key
    headers: list[tuple[str, str]] = []  # name, base64 of the value; at most 32 of at most 1 KiB
