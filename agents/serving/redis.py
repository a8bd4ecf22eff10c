"""The read model in Redis: the newest view of each customer. Redis has nothing that cannot be made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from redis import Redis

from agents.serving.marks import MARK, key_of_mark
from agents.serving.view import PREFIX, key_of
from agents.settings import VARIABLES, Settings
from agents.settings.parsing import read_secret

TTL = 90 * 86_400  # seconds that a view is kept after the customer's last change
TIMEOUT = 5.0  # seconds for an answer; a slow Redis delays views, never the journeys
TOGETHER = 100  # views that one command writes: a command for each costs more than the view; meanwhile the server answers nobody else
SWEEP = 1000  # keys looked at in one step when views are removed

# For each key: writes a view unless the stored one is of the same log and as new or newer. An empty value is a tombstone, which deletes.
# It is one step on the server, so that two writers cannot disturb each other. The versions of two logs say nothing about each other: a view
# of another log is replaced. What somebody else stored under the key as another type, for example a list, is replaced as well: it must not
# hold up the views of others.
_NEWEST_WINS = """
local changed, log, ttl = 0, ARGV[1], ARGV[2]
for i, key in ipairs(KEYS) do
  local version, value = ARGV[2 * i + 1], ARGV[2 * i + 2]
  local there, gone = redis.pcall('GET', key), 0
  if type(there) == 'table' then there, gone = nil, redis.call('DEL', key) end
  local stored, its_log = nil, nil
  if there then stored, its_log = string.match(there, '^{"version":(%d+),"log":"([^"]*)"') end
  if its_log ~= log or tonumber(stored) < tonumber(version) then
    if value == '' then changed = changed + gone + redis.call('DEL', key)
    else
      redis.call('SET', key, value, 'EX', ttl)
      changed = changed + 1
    end
  end
end
return changed
"""
# Writes a mark where the stored one is still the expected one.
_SWAP = """
local there = redis.pcall('GET', KEYS[1])
if type(there) == 'table' then redis.call('DEL', KEYS[1]) there = false end
if (there or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""
# Deletes those of the keys that are views of ours, except views of the log in ARGV[1]. Keys of other programs stay.
_REMOVE = """
local gone = 0
for _, key in ipairs(KEYS) do
  local head = redis.pcall('GETRANGE', key, 0, 127)
  if type(head) == 'string' and string.match(head, '^{"version":%d') then
    local log = string.match(head, '^{"version":%d+,"log":"([^"]*)"')
    if ARGV[1] == '' or log ~= ARGV[1] then gone = gone + redis.call('UNLINK', key) end
  end
end
return gone
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
        self._swap = client.register_script(_SWAP)
        self._clear = client.register_script(_REMOVE)

    def put(self, changes: Mapping[str, Change], log: str) -> int:
        """Write or delete the views that are newer than the stored ones of this log. Return how many views changed."""
        pipeline = self._client.pipeline(transaction=False)
        rows = iter(changes.items())
        while several := list(islice(rows, TOGETHER)):
            args = [part for _, (version, value) in several for part in (version, value or b"")]
            self._write(keys=[key_of(customer) for customer, _ in several], args=[log, self._ttl, *args], client=pipeline)
        return sum(map(int, pipeline.execute()))

    def marks(self, partitions: Iterable[int]) -> dict[int, str]:
        """Return what stands under the mark of each partition; "" if there is none."""
        numbers = list(partitions)
        found: list[Any] = self._client.mget([key_of_mark(number) for number in numbers]) if numbers else []
        return {number: (text or b"").decode(errors="replace") for number, text in zip(numbers, found, strict=True)}

    def swap_mark(self, partition: int, expected: str, mark: str) -> bool:
        """Write the mark of a partition, if the stored one is the expected one. Return whether it was."""
        return bool(self._swap(keys=[key_of_mark(partition)], args=[expected, mark]))

    def remove_others(self, log: str) -> int:
        """Delete the views that are not of this log. Return how many there were. Keys of other programs stay."""
        matching = self._client.scan_iter(match=PREFIX + "*", count=SWEEP)
        return sum(int(self._clear(keys=keys, args=[log])) for keys in _chunks(matching))

    def clear(self) -> int:
        """Delete every view, and then the marks. Return how many views there were. Keys of other programs stay.

        The marks go last: a worker that misses one begins to fill at once, and its new views must stay.
        """
        gone = self.remove_others("")
        for keys in _chunks(self._client.scan_iter(match=MARK + "*", count=SWEEP)):
            self._client.unlink(*keys)
        return gone


def connect(settings: Settings, timeout_s: float = TIMEOUT) -> Redis:
    """Return a client of the read model's Redis. It connects at its first use. Raises SettingsError if the password cannot be read."""
    file = settings.redis_password_file
    password = read_secret(VARIABLES["redis_password_file"], file).decode() if file else None
    return Redis.from_url(
        settings.redis_url, username=settings.redis_username, password=password, socket_timeout=timeout_s, socket_connect_timeout=timeout_s
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
