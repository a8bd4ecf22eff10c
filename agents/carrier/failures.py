"""The offsets at which our own code failed. They are kept while the partition is read again, so that the record is then rejected."""

from collections import deque

from agents.carrier.record import ConsumerRecord

FAILURES, WITHIN = 1_000, 10_000  # more failures than that in so many offsets end the process, or all records would be rejected


class Unencodable(Exception):  # noqa: N818  # a finding about one state
    """The state of `key` cannot be written: too large, or its encoding raises."""

    def __init__(self, key: bytes, cause: str) -> None:
        super().__init__(cause)
        self.key = key


class RecordFailed(Exception):  # noqa: N818  # carries the record to the code that forgets the partition
    """Our own code raised `error` while it applied `record`."""

    def __init__(self, record: ConsumerRecord, error: Exception) -> None:
        super().__init__(record.offset, error)
        self.record = record
        self.error = error


class Failures:
    """The failures of one partition in this process. Empty if there were none.

    >>> failures = Failures()
    >>> failures.add(7, "ValueError: poison"), 7 in failures.skips
    (False, True)
    >>> failures.settle(8), failures.skips
    (None, {})
    """

    __slots__ = ("_recent", "skips", "suspects")

    def __init__(self) -> None:
        self.skips: dict[int, str] = {}  # offset -> error of our code; the record is rejected when it comes again
        self.suspects: set[bytes] = set()  # keys whose state could not be written; it is encoded after every record
        self._recent: deque[int] = deque()

    def __bool__(self) -> bool:
        return bool(self.skips or self.suspects)

    def add(self, offset: int, error: str) -> bool:
        """Record that `offset` failed. Return True if more than 1,000 of the last 10,000 offsets failed."""
        self.skips[offset] = error
        recent = self._recent
        recent.append(offset)
        while recent[0] <= offset - WITHIN:
            recent.popleft()
        return len(recent) > FAILURES

    def settle(self, position: int) -> None:
        """Forget the failures before `position`. All before it is committed, so those records do not come again."""
        self.suspects.clear()
        for offset in [offset for offset in self.skips if offset < position]:
            del self.skips[offset]
