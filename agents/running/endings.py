"""How a role ends: by which code, and on a signal."""

from __future__ import annotations

import signal
from ssl import SSLError
from threading import Event, Thread

from confluent_kafka import KafkaError, KafkaException
from redis.exceptions import RedisError

from agents.carrier import Refusal
from agents.carrier.exits import leave
from agents.settings import SettingsError
from streams.rules.in_force import UnknownRulesError

EXPECTED = (Refusal, OSError, KafkaException, RedisError, SettingsError, UnknownRulesError)  # their texts say what to do
LEAVE_S = 3.0  # seconds from the signal to the end; a role without its broker could not leave its group


def verdict(error: Exception) -> Exception:
    """Return the error, or a Refusal in its place if the settings are wrong: then another start would end the same way.

    >>> verdict(OSError("the disk is full"))
    OSError('the disk is full')
    """
    badly_set = isinstance(error, KafkaException) and error.args[0].code() == KafkaError._INVALID_ARG
    if badly_set or isinstance(error, SettingsError | PermissionError | SSLError):
        return Refusal(f"the settings are not usable: {error}", "`sojourn settings` lists every setting")
    return error


def stop_on_signals(stop: Event, within_s: float = LEAVE_S) -> None:
    """Set `stop` on SIGTERM or SIGINT, and end the process with 0 if it is still there after `within_s` seconds.

    Only for roles that may be cut off anywhere: what they do is safe to repeat.
    """

    def leave_late() -> None:
        Event().wait(within_s)
        leave()

    def told(*_: object) -> None:
        if not stop.is_set():
            stop.set()
            Thread(target=leave_late, name="leave", daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
