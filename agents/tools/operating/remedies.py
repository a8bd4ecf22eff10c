"""What a sender or an operator does about each reason for which an input is rejected, and about parts that could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import schemas.reading
from agents.tools.operating.tally import Tally

_OF_RECORDS = {  # reasons of the carrier and of the direct door, about a record as such
    "no_key": "Key the record by its customer, or send it to interactions.v1, where any key will do.",
    "key_too_long": "Use a customer's id of at most 256 bytes.",
    "unreadable_record": "Write names of headers in UTF-8. The error names what is wrong; the records beside it were read.",
    "unreadable_batch": "The rejection stands for all offsets from `offset` to `last_offset`. Send those records again in smaller batches.",
    "detector_failed": "Report it with the detector's name: it is a defect of ours, and the event itself counts.",
    "replayed": "Nothing. What is rejected again has a rejection of its own.",
}
_SAY = {
    "no_key": "On the touchpoint topic a record has no key, so nobody knows whose journey it belongs to.",
    "key_too_long": "The key is longer than 512 bytes.",
    "unreadable_record": "The record cannot be taken apart, or a header's name is not UTF-8.",
    "unreadable_batch": "A whole batch cannot be unpacked or taken apart: its sender or the broker damaged it.",
    "detector_failed": "A detector raised an exception. The event itself was applied.",
    "replayed": "A note: `sojourn rejections replay` sent this rejection's events again.",
}
REMEDIES: Mapping[str, str] = {**{str(reason): remedy for reason, remedy in schemas.reading.REMEDIES.items()}, **_OF_RECORDS}
SENTENCES: Mapping[str, str] = {str(reason): sentence for reason, sentence in schemas.reading.REASONS.items()} | _SAY
ADVICE = "`sojourn rejections show` prints the whole input"


def lines_about(reasons: Mapping[str, int], what: str = "rejected") -> Iterator[str]:
    """Yield for each reason its count, its sentence, and on a line of its own what to do; the most frequent first.

    >>> list(lines_about({"no_customer": 2}))[1]
    "      do: Add the customer's id, or the device's as an anonymous id."
    """
    for reason, count in sorted(reasons.items(), key=lambda row: (-row[1], row[0])):
        sentence = SENTENCES.get(reason, "")
        yield f"  {what} {count:,}: {reason}{f'. {sentence}' if sentence else ''}"
        yield f"      do: {REMEDIES.get(reason, ADVICE)}"


def remarks_on(found: Tally) -> Iterator[str]:
    """Yield the lines below a run's counts: why events were rejected, what was unread or set back, and where to look."""
    yield from lines_about(found.reasons)
    yield from lines_about(found.unread, "unread")
    if found.late:
        yield f"  late {found.late:,}: older than what their journeys had seen. They count, and open no signal and no deadline"
    if found.clamped:
        yield f"  set back {found.clamped:,}: their times lay ahead of their arrival; `sojourn doctor` names the sources"
    if found.events is None or found.applied is None:
        yield "  unknown: the workers keep no counts for this run; they are of another version, or more than 16 runs are under way"
    if found.at_fault:
        yield "`sojourn rejections list` shows what was rejected"
