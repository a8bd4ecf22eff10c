"""What waits for a broker says so once a minute."""

from time import monotonic

REMIND_SECONDS = 60.0  # between two lines about one thing that lasts


class Reminder:
    """Says when it is time for a line: at once, and then once a minute. One reminder is about one thing.

    >>> reminder = Reminder()
    >>> reminder.due(now=10.0), reminder.due(now=11.0), reminder.due(now=70.0)
    (True, False, True)
    """

    __slots__ = ("_said_at",)

    def __init__(self) -> None:
        self._said_at: float | None = None

    def due(self, now: float | None = None) -> bool:
        """Return whether to write a line now, `now` in monotonic seconds. The caller then writes it."""
        at = monotonic() if now is None else now
        if self._said_at is not None and at < self._said_at + REMIND_SECONDS:
            return False
        self._said_at = at
        return True

    def forget(self) -> None:
        """The thing is over: the next line about it comes at once."""
        self._said_at = None
