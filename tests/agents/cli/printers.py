"""Everything that commands print for people and for programs, with one stranger's text in every field that can hold one."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from unittest.mock import patch

import msgspec
import orjson
import typer

from agents.cli import doctor, explain, follow, insights, rehearse, rejections, send, topics, winback
from agents.cli.terminal import blueprints, mappings, models, output, reach, reception, unknown_names
from agents.cli.terminal.errors import CliError, end_with, in_lines
from agents.cli.terminal.overview import print_beside
from agents.kafka import admin
from agents.kafka.admin import Finding
from agents.published.reception import Reception
from agents.tools.mapping.rows import Refused
from agents.tools.mapping.telling import Account
from agents.tools.operating import doctor as checks
from agents.tools.operating import unknown_names as names
from agents.tools.operating.checking import Report
from agents.tools.operating.feeding import Sent
from agents.tools.operating.tally import Tally
from agents.tools.reports.chronicle.entries import chronicle
from agents.tools.reports.overview import winback as lost
from agents.tools.reports.overview.gathering import overview
from schemas.control import JourneyLinked, ModelPublished
from schemas.outputs import Output
from schemas.outputs.insights import Insight
from schemas.outputs.rejections import Rejection
from schemas.outputs.signals import Contribution
from schemas.problems import Place, Problem
from schemas.touchpoints import KINDS
from streams.blueprints.writing import Change
from streams.customer.value.winback import Lost
from streams.replay import Replay
from streams.story import START, story
from tests.agents.tools.reports.overview.town import town

Record = TypeVar("Record", bound=msgspec.Struct)
CLOSED = frozenset({"at", "since", "until", "week", "day", "quarter", "valid_until", "deferred_until", "currency", "zone"})
"""Fields that hold a text of a closed form: times, ISO codes."""
WORDS = frozenset({"stage", "left", "phase", "rung", "band", "tier", "outcome", "reason", "because", "direction", "family", "sort"})
"""Fields that hold a word of ours, from a closed list."""
TROUBLE = """
0   web page_viewed    /shop     page=/shop
1m  web payment_failed /checkout payment=z1 order=o1
2m  web payment_failed /checkout payment=z1 order=o1
3d  store purchase_made till-4 receipt=r1 value=1250
4d  store complaint_opened desk complaint=k1
"""
TOWN = town(60)


def spoiled(record: Record, text: str) -> Record:
    """Return the record with this text in every field that holds free text."""
    hints = get_type_hints(type(record))
    fields = [each.name for each in msgspec.structs.fields(record) if each.name not in CLOSED | WORDS]
    texts = {name: text for name in fields if hints[name] is str}
    lists = {name: (text,) for name in fields if get_origin(hints[name]) is tuple and get_args(hints[name])[0] is str}
    return msgspec.structs.replace(record, **texts, **lists)


def touchpoints(text: str) -> list[Any]:
    """Return one touchpoint of every kind, told by a stranger."""
    return [spoiled(msgspec.json.decode(kind.examples[0], type=kind), text) for kind in KINDS]


def outputs(text: str) -> list[Output]:
    """Return what was published of a customer in trouble, with this text in it."""
    return [spoiled(each, text) for each in Replay().run(story(TROUBLE)).emissions if isinstance(each, Output)]


def rejection(text: str) -> Rejection:
    """Return a rejection whose original, error and names hold this text."""
    told = orjson.dumps({"event": text, "userId": text})
    return Rejection(
        id=text, topic=text, partition=0, offset=0, logged_at=START, reason="unknown_kind", error=text,
        value=b64encode(told).decode(), value_length=len(told), value_sha256=text,
    )  # fmt: skip


def explained(text: str, **options: bool) -> None:
    """`sojourn explain`."""
    entries = chronicle(touchpoints(text), outputs(text), [JourneyLinked(customer="c1", to=text, at=START, cause=text)])
    with patch.object(explain, "_entries", lambda _: entries):
        explain.command(text, **options)


def followed(text: str, *, json: bool) -> None:
    """`sojourn follow`, of each stream."""
    for each in outputs(text):
        follow._show("risks", msgspec.json.encode(each), json=json)


def listed(text: str, *, json: bool) -> None:
    """`sojourn rejections list`."""
    with patch.object(rejections, "_read_kept", lambda: iter([rejection(text)])):
        rejections.list_(json=json)


def shown(text: str, *, json: bool) -> None:
    """`sojourn rejections show`."""
    with patch.object(rejections, "_read_kept", lambda: iter([rejection(text)])):
        rejections.show(text, json=json)


def unknown(text: str, *, json: bool) -> None:
    """`sojourn rejections names`."""
    found = [names.UnknownName(text, 3)]
    there = patch.object(reach, "with_topics", lambda *_: None)
    with patch.object(names, "unknown_names", lambda _: found), patch.object(reach, "reachable", lambda _: None), there:
        unknown_names.names(json=json)


def won_back(text: str, *, json: bool) -> None:
    """`sojourn winback`."""
    because = Contribution(
        signal=text, version=1, family="silence", value=1.0, weight=1.0, strength=1.0, half_life_days=9.0, since="", evidence=(text,)
    )
    one = Lost(
        customer=text, past=1, expected=1, tier="top", band="high", counted="margin", held_back="two_families", risk=0.5,
        rung=text, since="2026-01-05", currency=text, because=(because,),
    )  # fmt: skip
    with patch.object(lost, "winback", lambda _: [one]), patch.object(reach, "reachable", lambda _: None):
        winback.command(20, json)


def overviewed(text: str) -> None:
    """`sojourn insights`."""
    spoilt: list[Insight] = [spoiled(each, text) for each in TOWN]
    insights._tables(overview(spoilt, None), 5)
    insights._tables(overview([], None), 5)


def diagnosed(text: str, *, json: bool) -> None:
    """`sojourn doctor`, all well but for strangers' texts."""
    reports = [Report(text, text, [], True, [text]), Report(text, text, [Finding(text, text, text)], False)]
    with patch.object(checks, "diagnose", lambda *_: reports):
        ended(lambda: doctor.command(0.0, json))


def ended(command: Callable[[], None]) -> None:
    """Run a command that may exit with 1, which says that it found problems."""
    with suppress(typer.Exit):
        command()


def account(text: str) -> Account:
    """Return the account of a file whose rows were not understood."""
    found = Account(examples=[(1, Refused("wrong_type", text))], unread=Counter([text]), left_out=Counter([text]), refused=Counter([text]))
    found.columns.add(text)
    return found


def sent(text: str, *, json: bool) -> None:
    """`sojourn send`, with and without a mapping."""
    counts = {text: 1}
    tally = Tally(1, 1, 1, 0, 0, 0, 1, 1, counts, 1, counts)
    send._report(Sent(text, unsent=[text], mixed=1), tally, (account(text), mappings.no_mapping()), json=json)
    send._report(Sent(text, unsent=[text], mixed=1), None, None, json=json)


def rehearsed(text: str) -> None:
    """`sojourn rehearse`."""
    touched = [spoiled(each, text) for each in story(TROUBLE)]
    made = rehearse._rehearse(mappings.no_mapping(), touched, None, "place", None)
    rehearse._print(made, Counter([text]), text, 5)
    rehearse._explain(made, text, whole=True, json=False)
    print_beside([(text, [(text, 1), (text, text)]), (text, [(text, 1)])])


def rules(text: str, *, json: bool) -> None:
    """`sojourn blueprint`: what changes, and what was published."""
    blueprints.print_changes([Change(text, text, text), Change(text, None, text)], json)
    kept = Rejection(id=text, topic=text, partition=1, offset=1, logged_at=1, reason=text, error=text)
    found = Reception([0], {1: kept}, [2])
    if json:
        output.print_json(reception.document(found))
    else:
        reception.say(found, text)


def modelled(text: str) -> None:
    """`sojourn models history`, and what was published."""
    word = ModelPublished(name="cadence", version=1, why=text)
    output.print_table("Models", ("name", "version", "until", "what", "why"), [models.in_a_row(word)])


def refused(text: str) -> None:
    """What a command says that cannot do what was asked."""
    with suppress(SystemExit):
        end_with(CliError(f"it cannot be used:\n  {in_lines([Problem(Place(text, 1), text, text)])}", in_lines([text])))


def compared(text: str, *, json: bool) -> None:
    """`sojourn topics check`."""

    class Cluster:
        def __init__(self, _: object) -> None: ...
        def __enter__(self) -> Cluster:
            return self

        def __exit__(self, *_: object) -> None: ...
        def check(self) -> list[Finding]:
            return [Finding(text, text, text)]

    with patch.object(admin, "Admin", Cluster), patch.object(reach, "reachable", lambda _: None):
        ended(lambda: topics.check(json))


FROM_FILES = ("send", "an error")
"""Only these print texts that were in no JSON document, and can hold a lone surrogate: no reader of JSON takes one."""
PEOPLE: dict[str, Callable[[str], None]] = {
    "explain": explained,
    "explain --all": lambda text: explained(text, everything=True),
    "explain --every": lambda text: explained(text, every=True),
    "follow": lambda text: followed(text, json=False),
    "rejections list": lambda text: listed(text, json=False),
    "rejections show": lambda text: shown(text, json=False),
    "rejections names": lambda text: unknown(text, json=False),
    "winback": lambda text: won_back(text, json=False),
    "insights": overviewed,
    "doctor": lambda text: diagnosed(text, json=False),
    "send": lambda text: sent(text, json=False),
    "rehearse": rehearsed,
    "blueprint": lambda text: rules(text, json=False),
    "models": modelled,
    "topics": lambda text: compared(text, json=False),
    "an error": refused,
}
PROGRAMS: dict[str, Callable[[str], None]] = {
    "explain": lambda text: explained(text, json=True),
    "follow": lambda text: followed(text, json=True),
    "rejections list": lambda text: listed(text, json=True),
    "rejections show": lambda text: shown(text, json=True),
    "rejections names": lambda text: unknown(text, json=True),
    "winback": lambda text: won_back(text, json=True),
    "doctor": lambda text: diagnosed(text, json=True),
    "send": lambda text: sent(text, json=True),
    "blueprint": lambda text: rules(text, json=True),
    "topics": lambda text: compared(text, json=True),
}
