"""The settings of this program, and a check that a broker answers. The error says what cannot be reached, and the fix."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agents.cli.terminal.errors import CliError

if TYPE_CHECKING:
    from agents.settings import Settings


def settings() -> Settings:
    """Return the settings from the environment of this command."""
    from agents.settings import Settings

    return Settings.from_env(os.environ)


def reachable(found: Settings, within_s: float = 5.0) -> Settings:
    """Return the settings if one of their brokers answers within `within_s` seconds. Raises CliError if none does.

    Call this first: otherwise the command would wait for a broker that is not there.
    """
    from confluent_kafka import KafkaException
    from confluent_kafka.admin import AdminClient

    from agents.settings.security import librdkafka_security

    client = AdminClient({**librdkafka_security(found), "log_level": 0, "socket.timeout.ms": 4000})
    try:
        client.list_topics(timeout=within_s)
    except KafkaException as error:
        raise CliError(f"no Kafka broker answers at {found.brokers}: {error.args[0].str()}", broker_fix(found)) from None
    return found


def broker_fix(found: Settings) -> str:
    """Return the fix if no broker answers. It depends on where the address comes from."""
    if found.origin("brokers") == "run file":
        return f"the embedded servers that {found.home / 'run.json'} names are gone: `sojourn down`, then `sojourn up`"
    return "start the embedded servers with `sojourn up`, or name your brokers in SOJOURN_BROKERS"


def with_topics(found: Settings, *topics: str) -> Settings:
    """Return the settings if these topics exist. Raises CliError: a command that reads nothing must not say that nothing is wrong."""
    from agents.kafka.admin import Admin

    with Admin(found) as admin:
        counts = admin.partitions(topics)
    if missing := [name for name in topics if name not in counts]:
        raise CliError(f"the topic {missing[0]} does not exist", "sojourn topics create")
    return found
