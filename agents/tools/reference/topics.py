"""The page of topics: one row a topic, then every record with its fields and an example."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator

import msgspec
from msgspec import inspect as kinds

import schemas
from agents.tools.reference.fields import field_table, fields
from agents.tools.reference.markdown import code, page, table
from schemas.control import CONTROLS
from schemas.outputs import Output
from schemas.outputs.insights import Insight
from schemas.outputs.rejections import Rejection
from schemas.topic import Topic
from schemas.topics import TOPICS

INTRO = """
One row a topic. `sojourn topics create` makes them all; a worker never creates one. Outputs are JSON with CloudEvents headers
(`ce_id`, `ce_source`, `ce_type`, `ce_specversion`, `ce_time`), under the customer's id as key. Read them with
`isolation.level=read_committed`: a reader without it also sees what a transaction took back. A record's class name in snake_case is
its `type`. Control records lie on `journey.touchpoints.v1` and carry the workers' signature in the header `sojourn-signature`.
Changelogs are for workers alone.
"""


def topics_page() -> str:
    """Return the page: the table of topics, the records of each topic, the control records, and the parts of records."""
    columns = ("topic", "records", "key", "kept", "written by", "read by", "why")
    known = _records()
    topics = [text for row in TOPICS if (text := _topic(row, known))]
    controls = ["## Control records", *(_record(kind) for kind in CONTROLS)]
    inside = ["## Parts of records", *(_record(kind) for kind in _parts([*known.values(), *CONTROLS]))]
    return page("Topics and records", INTRO, table(columns, map(_row, TOPICS)), *topics, *controls, *inside)


def _row(row: Topic) -> tuple[str, ...]:
    kept = "compacted" if row.compacted else f"{row.days} days"
    return (f"`{row.name}`", ", ".join(row.records), row.key, kept, ", ".join(row.writers), ", ".join(row.readers), row.why)


def _records() -> dict[str, type[msgspec.Struct]]:
    """Return every record that is published, by its class name."""
    for module in pkgutil.walk_packages(schemas.__path__, "schemas."):
        importlib.import_module(module.name)
    pending: list[type[msgspec.Struct]] = [Rejection, Output, Insight]
    found: dict[str, type[msgspec.Struct]] = {}
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        found[kind.__name__] = kind
    return found


def _parts(records: Iterable[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    """Return the structs inside these records that are no records themselves, ordered by name."""
    outer = set(records)
    found = {inner for kind in outer for inner in _inside(kinds.type_info(kind))}
    return sorted(found - outer, key=lambda kind: kind.__name__)


def _inside(kind: kinds.Type) -> Iterator[type[msgspec.Struct]]:
    """Yield every struct that this type contains, at any depth."""
    if isinstance(kind, kinds.StructType):
        yield kind.cls
        inner: tuple[kinds.Type, ...] = tuple(field.type for field in kind.fields)
    elif isinstance(kind, kinds.UnionType):
        inner = kind.types
    elif isinstance(kind, kinds.DictType):
        inner = (kind.value_type,)
    elif isinstance(kind, kinds.CollectionType):
        inner = (kind.item_type,)
    else:
        inner = ()
    for each in inner:
        yield from _inside(each)


def _topic(row: Topic, known: dict[str, type[msgspec.Struct]]) -> str:
    shown = [_record(known[name]) for name in row.records if name in known]
    return "\n\n".join([f"## {row.name}", *shown]) if shown else ""


def _record(kind: type[msgspec.Struct]) -> str:
    """Return the section of one record: its name on the wire, its docstring, its fields and an example."""
    said = (kind.__doc__ or "").strip().split("\n\n    >>>")[0]
    tag = kind.__struct_config__.tag
    named = f"`{kind.__struct_config__.tag_field}`: `{tag}`." if tag else ""
    examples = getattr(kind, "examples", ())
    shown = code(examples[0], "json") if isinstance(examples, tuple) and examples else ""  # a record may have a field of that name
    parts = (f"### {kind.__name__}", named, _flat(said), field_table(fields(kind)), shown)
    return "\n\n".join(part for part in parts if part)


def _flat(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
