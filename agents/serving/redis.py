"""The read model in Redis: the newest view of each customer. Redis has nothing that cannot be made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from redis import Redis

from agents.serving.view import PREFIX, key_of
from agents.settings import VARIABLES, Settings
from agents.settings.parsing import read_secret

TTL = 90 * 86_400  # seconds that a view is kept after the customer's last change
TIMEOUT = 5.0  # seconds for an answer; a slow Redis delays views, never the journeys
SWEEP = 1000  # keys deleted at once when all views are removed

# Writes a view unless the stored one is as new or newer. It is one step on the server, so that two writers cannot disturb each other.
# What somebody else stored under the key as another type, for example a list, is replaced: it must not hold up the views of others.
_NEWEST_WINS = """
local there = redis.pcall('GET', KEYS[1])
if type(there) == 'table' then redis.call('DEL', KEYS[1]) there = nil end
local version = there and tonumber(string.match(there, '^{"version":(%d+)'))
if version and version >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""
# Deletes a view unless the stored one is as new as the tombstone or newer.
_NEWEST_GOES = """
local there = redis.pcall('GET', KEYS[1])
if type(there) == 'table' then return redis.call('DEL', KEYS[1]) end
local version = there and tonumber(string.match(there, '^{"version":(%d+)'))
if version and version >= tonumber(ARGV[1]) then return 0 end
return redis.call('DEL', KEYS[1])
"""


class Change(NamedTuple):
    """The change of one customer: the view as JSON, or None if the customer was erased."""

    version: int
    value: bytes | None


class ReadModel:
    """The views in Redis. Every method raises RedisError if Redis does not answer. It is always safe to call it again."""

    def __init__(self, client: Redis, ttl: int = TTL) -> None:
        self._client, self._ttl = client, ttl
        self._write = client.register_script(_NEWEST_WINS)
        self._remove = client.register_script(_NEWEST_GOES)

    def put(self, changes: Mapping[str, Change]) -> int:
        """Write or delete the views that are newer than the stored ones. Return how many views changed."""
        pipeline = self._client.pipeline(transaction=False)
        for customer, (version, value) in changes.items():
            if value is None:
                self._remove(keys=[key_of(customer)], args=[version], client=pipeline)
            else:
                self._write(keys=[key_of(customer)], args=[version, value, self._ttl], client=pipeline)
        return sum(map(int, pipeline.execute()))

    def clear(self) -> int:
        """Delete every view. Return how many there were."""
        gone = 0
        for keys in _chunks(self._client.scan_iter(match=PREFIX + "*", count=SWEEP)):
            gone += int(self._client.unlink(*keys))
        return gone


def connect(settings: Settings) -> Redis:
    """Return a client of the read model's Redis. It connects at its first use."""
    file = settings.redis_password_file
    password = read_secret(VARIABLES["redis_password_file"], file).decode() if file else None
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
