"""What the read model shows, held against the changelog it is made of."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from redis import Redis
from redis.exceptions import RedisError

from agents.serving.view import PREFIX, View, view
from streams.rules import Rules
from tests.faults.evidence import JOURNEYS, newest
from tests.faults.reading import Reading

_LOG = re.compile(rb'"log":"[^"]*"')  # which topic a view was made of is not a matter of the newest state


def shown_wrong(url: str, reading: Reading) -> list[str]:
    """The customers whose view is not the one their newest state makes; nobody, once it has caught up. An error of Redis counts."""
    try:
        with Redis.from_url(url) as client:
            keys = sorted(client.scan_iter(match=PREFIX + "*", count=1000))
            stored: dict[bytes, Any] = dict(zip(keys, client.mget(keys), strict=True)) if keys else {}
    except RedisError as error:
        return [repr(error)]
    shown = {key: _LOG.sub(b'"log":""', text or b"") for key, text in stored.items()}
    expected = {(PREFIX + each.customer).encode(): msgspec.json.encode(each) for each in _views(reading)}
    return [key.decode() for key in shown.keys() | expected.keys() if shown.get(key) != expected.get(key)]


def _views(reading: Reading) -> list[View]:
    rules, views = Rules(), []
    layouts = {rules.codec.layout_id: rules.codec.description}
    for number in range(reading.partitions):
        rows = reading.of(JOURNEYS, number)
        offsets = {row.key: row.offset for row in rows}
        for key, state in newest(rows).states.items():
            journey = rules.codec.decode(state, layouts)
            views.append(view(key.decode(), journey, rules, offsets[b"s" + key]))
    return views
