"""The pages of touchpoint kinds and of input formats. The text comes from the readers themselves."""

from __future__ import annotations

import importlib
import json
from collections import defaultdict

from agents.tools.reference.fields import Field, field_table, fields
from agents.tools.reference.markdown import code, first_sentence, in_code, page, table
from schemas.foreign import ROWS
from schemas.foreign.passed import BY_SPECIFICATION
from schemas.inputs import FORMATS
from schemas.reading.limits import MAX_BYTES, MAX_DEPTH, MAX_EVENTS, MAX_KEYS
from schemas.touchpoints import KINDS, kind_of
from schemas.touchpoints.base import Touchpoint

KINDS_INTRO = """
A kind says what happened. Its name is the field `kind` of a touchpoint. The table shows the names that SDKs of other companies use
for it: a name is read in any case (`Order Completed`, `orderCompleted`, `$rageclick`). A kind that has no other names is read by
its own name alone. Below, each kind has its fields and an example. Money is in the minor unit of the currency, and times are
milliseconds since 1970 in UTC. The actor is who acts: the customer, a leaver (the customer on the way out) or others (the company, a
carrier or a machine). Only what the customer does ends a silence.
"""
FORMATS_INTRO = f"""
The topic `interactions.v1` takes these formats side by side, under any key. A record may hold several events. Limits: {
    MAX_BYTES // 1024
} KiB and {MAX_EVENTS} events a record, {MAX_KEYS} keys and {MAX_DEPTH} levels an event. A text that nobody reads has no limit of its own.
An event without an id or a time of its own is rejected: one that we made up would differ at the next delivery, and the event would
count twice. To add a format, see [add an input format](../how-to/add-an-input-format.md). For files with columns of their own, see [map a
file](../how-to/map-a-file.md).
"""
FORMATS_NOTES = """
## How names and amounts are read

- A name that the company gave a meaning is read so, before all others: see [name your events](../how-to/name-your-events.md).
- A name that a specification has (Segment, PostHog, Snowplow, RudderStack, GA4) is read as that specification says.
- Any other name that is one of our [kinds](kinds.md) is read by our own fields.
- A name that a specification has and that holds nothing for a journey is passed by and counted. These names are listed below.
- Any other name is rejected as `unknown_kind`. The record is kept with its bytes.
- SDKs send amounts in the currency's major unit, under every name: 149 EUR is `149`, 1,500 JPY is `1500`. Our own format and CloudEvents
  have the minor unit: 149 EUR is `14900`.
- Of several amounts the first that is there counts. Of orders this is the order `total`, `revenue`, `value`, `subtotal`; of a checkout
  `value`, `total`, `revenue`, `subtotal`; of our own kinds `total`, `revenue`, `value`, `amount`, `price`.
- An amount may be written as people write it: `12,50`, `$12.50`, `1.299,00`, `EUR 12.50`, `12.50 €`, `1 299,00`, `1'299.00`. A text that
  can mean two amounts (`1,299`) is not read, nor is any other text. The event goes on, its amount is unknown, and this is counted as
  `unread_amount`. Another property's amount never takes its place.
- An order or a purchase below 0 is rejected as `out_of_range`. Money that goes back is `order_refunded`.
- An optional field that cannot be read is left out and counted. A required one rejects the event, with the sender's name of it and ours.
- Of a batch, what can be read goes on. The rejection names the rest by index. Each event keeps the id its sender gave it, so a record that
  is sent again doubles nothing.
- A customer's events keep their order if they come through one partition. So a batch is best of one customer, whose id is its key. `sojourn
  send` divides a batch of several.
- A batch must stay below the limit of a record. The settings of the SDKs: `flushAt` (Segment's libraries, PostHog's mobile ones; 20 by
  default) or `maxEventsInBatch` (Segment for Node; 15), `max_batch_size` (PostHog and Segment for Python; 100). Kafka takes 1,048,588 bytes
  a record unless a broker says otherwise, so no topic setting is needed.
- Events that hold nothing for a journey are passed by too if their form says so: Segment's `group` and an `identify` with traits alone,
  PostHog's own events (names with `$`), Snowplow's own schemas, a page view that names no page.
- An `identify` that names a device and a customer is a sign-in. An alias call gives two links, because the earlier id may be a customer's
  or a device's; the second has `/anon` behind the id.
- Envelopes are taken off: the schema registry's five bytes before JSON, Kafka Connect's `schema` and `payload`, a byte order mark, a JSON
  list of events of any format, PostHog's own Kafka records (`data`). Bytes of another form (gzip, a form body, UTF-16, Avro) are named.
- A customer's id has no blanks at its ends: `" c7 "` is `c7`. A placeholder for nobody (`null`, `undefined`, zeros, `$posthog_cookieless`,
  the name of a field ...) is refused in every place, also in quotes, in any case and behind `anon:`. A good id beside it is used.
- A control character in an id or a name refuses the event if its kind needs the field (`control_character`). In any other field it is left
  out and told. An id of a customer must not have invisible characters either, as U+202E or U+200B. Other texts may: names in Hebrew have
  them. Commands, pages and logs show them as codes.
- A `null` means that nothing was said. A part that is left out is counted by reason, and the record is kept as a rejection with `in_part`.
- A time after its arrival becomes the arrival. If it was more than five minutes ahead, it is counted as clamped. CloudEvents' `time` needs
  seconds and a zone with minutes; `:60` is not read.
- A CloudEvent's `subject` is the customer only if the data name none, and only if it can be no thing: it holds no `/`, is no URN and no
  value of the data.
- Rage, dead and error clicks are read as what the SDK saw (clicks, time watched, error). Our own limits judge them. PostHog's rage click is
  three clicks: a blueprint that wants it sets `clicks = 3` for `rage_click`.
- `results` of `Products Searched` and the `products` that are left with `Product Removed` are worth sending, though the specification
  does not ask for them. Without them nobody can tell a search that found nothing, or an emptied cart. An emptied cart is known by a cart's
  value of 0, too.
"""


def kinds_page() -> str:
    """Return the page of kinds: a table with the names that each is read by, then fields and an example of each."""
    names = _names()
    rows = [(f"[`{kind_of(kind)}`](#{kind_of(kind)})", first_sentence(kind.__doc__), in_code(names[kind_of(kind)])) for kind in KINDS]
    common = f"## Fields of every kind\n\n{field_table(fields(Touchpoint))}"
    return page("Touchpoint kinds", KINDS_INTRO, table(("kind", "what happened", "other names"), rows), common, *map(_kind, KINDS))


def _names() -> dict[str, list[str]]:
    """Return the names that other systems use for each kind."""
    found = defaultdict[str, list[str]](list)
    for row in ROWS:
        found[row.kind] += row.names
    return found


def _kind(kind: type[Touchpoint]) -> str:
    """Return the section of one kind: activity, actor, fields and an example."""
    shared = {"id", "customer", "at", "channel", "place", "source"}
    own = tuple(each for each in fields(kind) if each.name not in shared)
    means = [f"Activity: {kind.activity}", f"actor: {kind.actor}"]
    means += [f"realm of experience: {kind.realm}"] if kind.realm else []
    means += [f"effort: {kind.effort:+d}"] if kind.effort else []
    example = json.dumps(json.loads(kind.examples[0]), separators=(",", ":"), ensure_ascii=False)
    parts = (f"## {kind_of(kind)}", f"{(kind.__doc__ or '').strip()}", f"{'; '.join(means)}.", _own(own), code(example, "json"))
    return "\n\n".join(part for part in parts if part)


def _own(own: tuple[Field, ...]) -> str:
    return field_table(own) if own else "No fields of its own."


def formats_page() -> str:
    """Return the page of input formats: what each is, and where id, customer and time of a touchpoint come from."""
    found = sorted(FORMATS, key=lambda row: row.name)
    rows = [(f"`{row.name}`", *_describe_format(row.name)) for row in found]
    shown = [f"## {row.name}\n\n{_example(row.examples[0][1])}" for row in found]
    head = table(("format", "what is read", "where its facts stand"), rows)
    return page("Input formats", FORMATS_INTRO, head, FORMATS_NOTES, _passed(), *shown)


def _passed() -> str:
    """Return the section of names that are passed by, by specification."""
    rows = [(source, in_code(list(names))) for source, names in BY_SPECIFICATION.items()]
    return f"## Names that are passed by\n\n{table(('specification', 'names'), rows)}"


def _describe_format(name: str) -> tuple[str, str]:
    """Return the first paragraph of the reader's docstring, and the first sentence of the second."""
    paragraphs = (importlib.import_module(f"schemas.inputs.{name}").__doc__ or "").strip().split("\n\n")
    first, second = (" ".join(paragraph.split()) for paragraph in [*paragraphs, ""][:2])
    return first.rstrip("."), second.partition(". ")[0].rstrip(".") or "in its own fields"


def _example(value: bytes) -> str:
    return code(value.decode(), "json" if value[:1] in b"{[" else "text")
