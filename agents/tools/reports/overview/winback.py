"""The win-back list, of the committed states of the workers, or of a replay. No worker is asked, and nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from agents.carrier.record import journey_key
from agents.kafka.reader import LogReader
from agents.published.blueprints import BlueprintLookup
from agents.serving.layouts import Layouts, newest_record
from agents.serving.rules_in_force import InForce
from agents.settings import Settings
from schemas.topics import JOURNEY_CHANGELOG
from streams.customer.value.winback import Lost, lost_customer
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.in_force import Rulebook


def winback(settings: Settings) -> list[Lost]:
    """Return the customers who have probably left; those who brought most come first. What is known of most customers (a currency,
    margin or turnover) goes before the rest.

    Raises LookupError if the topic does not exist, and UnreadableStateError if another version has written a journey.
    """
    rules, record_of = Rules(), newest_record(settings, JOURNEY_CHANGELOG)
    in_force, layouts = InForce(Rulebook(rules, BlueprintLookup(settings)), record_of), Layouts(rules.codec, record_of)
    found: dict[bytes, Lost] = {}
    with LogReader(settings, JOURNEY_CHANGELOG, beginning=True) as reader:
        if not reader.partitions():
            raise LookupError(f"topic {JOURNEY_CHANGELOG} does not exist")
        for message in reader.until_end():
            key, value, number = message.key(), message.value(), message.partition() or 0
            if not isinstance(key, bytes) or (name := journey_key(key)) is None:
                continue
            found.pop(name, None)
            if isinstance(value, bytes):
                journey = layouts.decode(number, value)
                if one := lost_customer(name.decode(), journey, in_force.of(number), in_force.partition(number)):
                    found[name] = one
    return ranked(found.values())


def winback_of(replay: Replay) -> list[Lost]:
    """Return the same customers of a replay."""
    found = (lost_customer(customer, journey, replay.rules, replay.partition) for customer, journey in replay.journeys.items())
    return ranked(one for one in found if one is not None)


def ranked(found: Iterable[Lost]) -> list[Lost]:
    """Return the customers by what they brought. Each currency has its own list, and in it margin and turnover: they are not compared."""
    lost = list(found)
    kinds = Counter((one.currency, one.counted) for one in lost)

    def of_kind(one: Lost) -> tuple[int, str, str]:
        return -kinds[one.currency, one.counted], one.currency, one.counted

    return sorted(lost, key=lambda one: (*of_kind(one), -one.past, one.customer))
