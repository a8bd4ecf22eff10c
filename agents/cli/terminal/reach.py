"""A check that a broker answers. The error says what cannot be reached or is refused, and the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.cli.terminal.environment import settings
from agents.cli.terminal.errors import CliError

if TYPE_CHECKING:
    from confluent_kafka import KafkaException

    from agents.settings import Settings

__all__ = ["broker_fix", "reachable", "refused_by_brokers", "settings"]


def reachable(found: Settings, within_s: float = 5.0) -> Settings:
    """Return the settings if one of their brokers answers within `within_s` seconds. Raises CliError if none does.

    Call this first: otherwise the command would wait for a broker that is not there.
    """
    from confluent_kafka import KafkaException

    from agents.kafka.refused import ask_brokers

    try:
        ask_brokers(found, within_s)
    except KafkaException as error:
        raise refused_by_brokers(error, found, f"no Kafka broker answers at {found.brokers}", broker_fix(found)) from None
    return found


def refused_by_brokers(error: KafkaException, found: Settings, cause: str, fix: str) -> CliError:
    """Return the error to raise: a wrong password or certificate, or a missing right, by name; else `cause` and `fix`."""
    from agents.kafka.refused import refusal

    refused = refusal(error, found)
    return CliError(*refused) if refused else CliError(f"{cause}: {error.args[0].str()}", fix)


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
