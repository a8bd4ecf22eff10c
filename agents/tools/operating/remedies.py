"""What a sender or an operator does about each reason for which an input is rejected, and about parts that could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.tools.operating.tally import Tally
from schemas.reading import REASONS

REMEDIES: Mapping[str, str] = {
    "empty": "send the event itself as the record's value",
    "too_large": "send fewer events in a record, or leave out what is only attached",
    "not_utf8": "send UTF-8 text, not compressed and not in another encoding",
    "too_deep": "send the properties flat",
    "too_many_keys": "send fewer properties in an event",
    "too_long_text": "cut the text that the error names",
    "unreadable_json": "send one whole JSON document in a record or line; a file of rows needs `--mapping`",
    "not_finite": "leave the number out where it is unknown",
    "unsupported_format": "send each event as JSON, in a version of the format that docs/reference names",
    "unknown_kind": "correct the name, or say in the blueprint's [names] what it means",
    "missing_field": "send the field that the error names, or leave the event out",
    "wrong_type": "send the field that the error names in the type that it declares",
    "out_of_range": "correct the number that the error names",
    "no_customer": "name the customer: a customer's id, or the id of the device",
    "blocked_customer": "do not send events before the customer's id is known, or send the device's id instead",
    "bad_time": "send the time in milliseconds since 1970 or as RFC 3339, and check the sender's clock",
    "unsigned_control": "only workers write control records: do not send them, or give all workers one control key",
    "wrong_key": "key the record by its customer, or send it to interactions.v1, where any key will do",
    "no_key": "key the record by its customer, or send it to interactions.v1, where any key will do",
    "key_too_long": "use a customer's id of at most 256 bytes",
    "failed": "report it with `sojourn rejections show`; the input is kept to be read again",
}
SENTENCES: Mapping[str, str] = {str(reason): sentence for reason, sentence in REASONS.items()}
ADVICE = "`sojourn rejections show` prints the whole input"


def lines_about(reasons: Mapping[str, int], what: str = "rejected") -> Iterator[str]:
    """Yield for each reason its count, its sentence, and on a line of its own what to do; the most frequent first.

    >>> list(lines_about({"no_customer": 2}))[1]
    "      do: name the customer: a customer's id, or the id of the device"
    """
    for reason, count in sorted(reasons.items(), key=lambda row: (-row[1], row[0])):
        sentence = SENTENCES.get(reason, "")
        yield f"  {what} {count:,}: {reason}{f'. {sentence}' if sentence else ''}"
        yield f"      do: {REMEDIES.get(reason, ADVICE)}"


def remarks_on(found: Tally) -> Iterator[str]:
    """Yield the lines below a run's counts: why events were rejected, what was unread or set back, and where to look."""
    yield from lines_about(found.reasons)
    yield from lines_about(found.unread, "unread")
    if found.clamped:
        yield f"  set back {found.clamped:,}: their times lay ahead of their arrival; `sojourn doctor` names the sources"
    if found.events is None or found.applied is None:
        yield "  unknown: the workers keep no counts for this run; they are of another version, or more than 16 runs are under way"
    if found.at_fault:
        yield "`sojourn rejections list` shows what was rejected"
