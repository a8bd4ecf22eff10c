"""Redis, as the read model needs it: the newest view of each customer, and nothing that cannot be made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from redis import Redis

from agents.serving.view import PREFIX, key_of
from agents.settings import Settings

TTL = 90 * 86_400  # seconds a customer's view outlives their last change
TIMEOUT = 5.0  # seconds for an answer: a slow Redis delays the view, never the stream
SWEEP = 1000  # keys a step when all views are removed

# Writes unless what is there is as new or newer. In one step on the server, so two writers need not know of each other.
_NEWEST_WINS = """
local there = redis.call('GET', KEYS[1])
local version = there and tonumber(string.match(there, '^{"version":(%d+)'))
if version and version >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""
# A tombstone removes what is older than itself.
_NEWEST_GOES = """
local there = redis.call('GET', KEYS[1])
local version = there and tonumber(string.match(there, '^{"version":(%d+)'))
if version and version >= tonumber(ARGV[1]) then return 0 end
return redis.call('DEL', KEYS[1])
"""


class Change(NamedTuple):
    """What became of one customer: the view's JSON, or None where the customer was erased."""

    version: int
    value: bytes | None


class ReadModel:
    """The views in Redis. Every method raises RedisError where Redis does not answer; repeating it is always safe."""

    def __init__(self, client: Redis, ttl: int = TTL) -> None:
        self._client, self._ttl = client, ttl
        self._write = client.register_script(_NEWEST_WINS)
        self._remove = client.register_script(_NEWEST_GOES)

    def put(self, changes: Mapping[str, Change]) -> int:
        """The newest of each customer is there; returns how many views that changed."""
        pipeline = self._client.pipeline(transaction=False)
        for customer, (version, value) in changes.items():
            if value is None:
                self._remove(keys=[key_of(customer)], args=[version], client=pipeline)
            else:
                self._write(keys=[key_of(customer)], args=[version, value, self._ttl], client=pipeline)
        return sum(map(int, pipeline.execute()))

    def clear(self) -> int:
        """Every view is gone; returns how many there were."""
        gone = 0
        for keys in _chunks(self._client.scan_iter(match=PREFIX + "*", count=SWEEP)):
            gone += int(self._client.unlink(*keys))
        return gone


def connect(settings: Settings) -> Redis:
    """A client of the read model's Redis; it connects when it is used."""
    password = settings.redis_password_file.read_text().strip() if settings.redis_password_file else None
    return Redis.from_url(
        settings.redis_url, username=settings.redis_username, password=password, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
    )


def _chunks(keys: Iterable[bytes]) -> Iterable[list[bytes]]:
    held: list[bytes] = []
    for key in keys:
        held.append(key)
        if len(held) == SWEEP:
            yield held
            held = []
    if held:
        yield held
