"""The event names that came in and that nobody gave a meaning, by count: what a blueprint's `[[names]]` could say.

Every kept rejection is read once more, with the names of the blueprint published last. A name that has a meaning by now is not listed.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

import msgspec

from agents.kafka.reader import LogReader
from agents.published.conventions import newest_conventions
from agents.settings import Settings
from agents.tools.operating.batches import each_alone
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.foreign import NAMES
from schemas.foreign.own import ENVELOPE
from schemas.inputs import read
from schemas.outputs.rejections import Rejection
from schemas.reading import Batch, Headers, Rejected
from schemas.topics import REJECTIONS
from schemas.touchpoints import BY_KIND
from schemas.touchpoints.units import LATEST

NAME = re.compile(r"'([^']*)'\Z")


@dataclass(frozen=True)
class UnknownName:
    """One name, and how many kept events have it."""

    name: str  # in normal form, as `moon_landed`
    count: int

    @property
    def nearest(self) -> str:
        """The kind of the nearest name that we know; empty if none is near.

        >>> UnknownName("order_completd", 1).nearest, UnknownName("qqq", 1).nearest
        ('order_placed', '')
        """
        found = get_close_matches(self.name, [*BY_KIND, *NAMES], 1, 0.6)
        return "" if not found else found[0] if found[0] in BY_KIND else NAMES[found[0]].kind

    @property
    def row(self) -> str:
        """A row for the blueprint, to be pasted and completed.

        >>> print(UnknownName("order_completd", 1).row)
        [[names]]
        name = "order_completd"
        kind = "order_placed"  # the nearest: correct it if another is meant
        fields = {order = "order"}  # our field = the property that holds it
        """
        kind = self.nearest
        if not kind:
            return f'[[names]]\nname = {_quoted(self.name)}\nkind = ""  # one of the touchpoint kinds'
        needed = [each.name for each in msgspec.structs.fields(BY_KIND[kind]) if each.required and each.name not in ENVELOPE]
        lines = ["[[names]]", f"name = {_quoted(self.name)}", f'kind = "{kind}"  # the nearest: correct it if another is meant']
        if needed:
            held = ", ".join(f'{field} = "{field}"' for field in needed)
            lines.append(f"fields = {{{held}}}  # our field = the property that holds it")
        return "\n".join(lines)


def unknown_names(settings: Settings) -> list[UnknownName]:
    """Return the unknown names among the kept rejections, the most frequent first. Raises KafkaException."""
    conventions = newest_conventions(settings)
    with LogReader(settings, REJECTIONS, beginning=True) as reader:
        kept = (msgspec.json.decode(message.value() or b"", type=Rejection) for message in reader.until_end())
        return count_names(kept, conventions)


def count_names(kept: Iterable[Rejection], conventions: Conventions = NO_CONVENTIONS) -> list[UnknownName]:
    """Return the unknown names in these rejections, the most frequent first."""
    counts: Counter[str] = Counter()
    for rejection in kept:
        if "unknown_kind" in (rejection.reason, *rejection.error.replace(";", "").replace(",", "").split()):
            counts.update(_names_in(rejection, conventions))
    return [UnknownName(name, count) for name, count in counts.most_common()]


def _names_in(rejection: Rejection, conventions: Conventions) -> Iterator[str]:
    original = b64decode(rejection.value or "")
    headers: Headers = [(name, b64decode(given)) for name, given in rejection.headers]
    if len(original) < rejection.value_length:  # only its beginning is kept, and no event can be read in it
        found = NAME.search(rejection.error)
        yield from [found[1]] if found else []
        return
    for event in each_alone(original):
        outcome = read(event, headers, logged_at=LATEST, conventions=conventions)
        refused = outcome.refused if isinstance(outcome, Batch) else outcome
        if isinstance(refused, Rejected) and refused.reason == "unknown_kind" and (found := NAME.search(refused.detail)):
            yield found[1]


def _quoted(text: str) -> str:
    """Return a text as TOML writes it. Names in normal form hold nothing that needs an escape; others may.

    >>> _quoted("moon_landed")
    '"moon_landed"'
    """
    return json.dumps(text, ensure_ascii=False)
