"""Reads the published records back from the topics, as a subscriber would: only committed records, each once."""

from __future__ import annotations

from collections.abc import Iterator

from agents.kafka.admin import Admin
from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.tools.demo.findings import Findings
from agents.tools.reports.chronicle.records import OUTPUT_TOPICS


def gathered(settings: Settings) -> Findings:
    """Return the findings over all output topics, from their beginnings to their present ends."""
    found = Findings()
    for value in outputs(settings):
        found.take(value)
    return found


def outputs(settings: Settings) -> Iterator[bytes]:
    """Yield the bytes of every published record. Waits for open transactions that began before this call."""
    with Admin(settings) as admin:
        counts = admin.partitions(OUTPUT_TOPICS)
        ends = admin.ends((topic, number) for topic, count in counts.items() for number in range(count))
    for topic, count in counts.items():
        with LogReader(settings, topic, beginning=True) as reader:
            for message in reader.until({number: ends[topic, number] for number in range(count)}):
                if isinstance(value := message.value(), bytes):
                    yield value
