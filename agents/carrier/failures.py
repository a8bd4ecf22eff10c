"""Where our own code failed: remembered over the re-reading of a partition, so that the second time round it is rejected."""

from collections import deque

from agents.carrier.record import ConsumerRecord

FAILURES, WITHIN = 1_000, 10_000  # more of our own exceptions than that in so many offsets would empty the topic


class Unencodable(Exception):  # noqa: N818  # a finding about one state
    """The state of `key` cannot be written: too large, or its encoding raises."""

    def __init__(self, key: bytes, cause: str) -> None:
        super().__init__(cause)
        self.key = key


class RecordFailed(Exception):  # noqa: N818  # carries a finding to where the partition is forgotten
    """Our own code raised `error` in the middle of `record`."""

    def __init__(self, record: ConsumerRecord, error: Exception) -> None:
        super().__init__(record.offset, error)
        self.record = record
        self.error = error


class Failures:
    """What is known of one partition's failures, in this process. Empty for a partition in good health.

    >>> failures = Failures()
    >>> failures.add(7, "ValueError: poison"), 7 in failures.skips
    (False, True)
    >>> failures.settle(8), failures.skips
    (None, {})
    """

    __slots__ = ("_recent", "skips", "suspects")

    def __init__(self) -> None:
        self.skips: dict[int, str] = {}  # offsets our code raised on, with the error: rejected when they come again
        self.suspects: set[bytes] = set()  # keys whose state could not be written: encoded after every record
        self._recent: deque[int] = deque()

    def __bool__(self) -> bool:
        return bool(self.skips or self.suspects)

    def add(self, offset: int, error: str) -> bool:
        """`offset` failed. True when these are too many: more than 1,000 in a row, or 10 % of the last 10,000."""
        self.skips[offset] = error
        recent = self._recent
        recent.append(offset)
        while recent[0] <= offset - WITHIN:
            recent.popleft()
        return len(recent) > FAILURES

    def settle(self, position: int) -> None:
        """All before `position` is committed: what failed before it will not come again."""
        self.suspects.clear()
        for offset in [offset for offset in self.skips if offset < position]:
            del self.skips[offset]
