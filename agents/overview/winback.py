"""The win-back list, read from what the workers have committed: nobody is asked, nothing is changed."""

from __future__ import annotations

from agents.carrier.record import journey_key
from agents.operating.log import LogReader
from agents.readmodel.inforce import InForce
from agents.readmodel.layouts import Layouts, newest_record
from agents.rulebook import Bodies
from agents.serving import CHANGELOG
from agents.settings import Settings
from streams.rulebook import Rulebook
from streams.rules import Rules
from streams.worth.winback import Lost, lost


def winback(settings: Settings) -> list[Lost]:
    """Every customer who has probably gone, by what they brought, the most first.

    Raises LookupError where the topic does not exist, UnreadableStateError where another version has written a journey.
    """
    rules, record_of = Rules(), newest_record(settings, CHANGELOG)
    in_force, layouts = InForce(Rulebook(rules, Bodies(settings)), record_of), Layouts(rules.codec, record_of)
    found: dict[bytes, Lost] = {}
    with LogReader(settings, CHANGELOG, beginning=True) as reader:
        if not reader.partitions():
            raise LookupError(f"topic {CHANGELOG} does not exist")
        for message in reader.until_end():
            key, value, number = message.key(), message.value(), message.partition() or 0
            if not isinstance(key, bytes) or (name := journey_key(key)) is None:
                continue
            found.pop(name, None)
            if isinstance(value, bytes):
                journey = layouts.decode(number, value)
                if one := lost(name.decode(), journey, in_force.of(number), in_force.partition(number)):
                    found[name] = one
    return sorted(found.values(), key=lambda one: (-one.past, one.customer))
