"""Laws over all formats and all kinds: who is named, what one event may do to others, and what an event can do without."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas.reading.placeholders as ids
from schemas.inputs import FORMATS
from schemas.reading import Batch, Passed, Read, Rejected
from schemas.reading.conversion import SALES, optional
from schemas.reading.placeholders import BLOCKED, nameable
from schemas.touchpoints import KINDS, Touchpoint, kind_of
from schemas.touchpoints.identity import IdentityLinked, SignedIn
from schemas.writing import rfc3339
from streams.context import Sent
from streams.replay import Replay
from tests.schemas.inputs.sent import as_json, call, captured, payload, track, tracked
from tests.schemas.samples import accepted, event, outcome, page, touchpoints

Build = Callable[[str], bytes]
LINK = functools.partial(page, kind="identity_linked")
SIGN_IN = functools.partial(page, kind="signed_in")
NOBODY = {"anonymousId": None, "userId": None}

# Every place in which a format names a customer, as the only one that the event has.
ALONE: dict[str, Build] = {
    "native": lambda who: page(customer=who),
    "native other": lambda who: LINK(other=who),
    "cloudevents": lambda who: event(data={"customer": who, "page": "/"}),
    "cloudevents subject": lambda who: event(subject=who, data={"page": "/"}),
    "cloudevents other": lambda who: event(type="identity.linked", data={"customer": "c7", "other": who}),
    "segment user": lambda who: as_json(track("Cart Viewed") | NOBODY | {"userId": who}),
    "segment device": lambda who: as_json(track("Cart Viewed") | NOBODY | {"anonymousId": who}),
    "segment identify user": lambda who: as_json(call("identify", userId=who)),
    "segment identify device": lambda who: as_json(call("identify", anonymousId=who)),
    "segment alias user": lambda who: as_json(call("alias", userId=who, previousId="c-old")),
    "segment alias other": lambda who: as_json(call("alias", previousId=who)),
    "posthog": lambda who: as_json(captured("$pageview", **{"$device_id": None}) | {"distinct_id": who}),
    "posthog nobody": lambda who: as_json(captured("$pageview", **{"$device_id": None, "$is_identified": False}) | {"distinct_id": who}),
    "posthog identify": lambda who: as_json(captured("$identify", **{"$anon_distinct_id": "5f2c"}) | {"distinct_id": who}),
    "posthog identify device": lambda who: as_json(captured("$identify", **{"$anon_distinct_id": who})),
    "posthog alias": lambda who: as_json(captured("$create_alias", alias=who)),
    "posthog merge": lambda who: as_json(captured("$merge_dangerously", alias=who)),
    "snowplow user": lambda who: payload(tracked("pv", uid=who, duid=None)),
    "snowplow browser": lambda who: payload(tracked("pv", uid=None, duid=who)),
    "snowplow network": lambda who: payload(tracked("pv", uid=None, duid=None, tnuid=who)),
}
# The same with another id beside it, which is good, and the customer that the event then is about.
BESIDE: dict[str, tuple[Build, str]] = {
    "segment": (lambda who: as_json(track("Cart Viewed") | {"userId": who}), "anon:5f2c"),
    "posthog": (lambda who: as_json(captured("$pageview") | {"distinct_id": who}), "anon:5f2c"),
    "snowplow user": (lambda who: payload(tracked("pv", uid=who)), "anon:5f2c"),
    "snowplow browser": (lambda who: payload(tracked("pv", uid=None, duid=who, tnuid="n1")), "anon:n1"),
}


@st.composite
def placeholders(draw: st.DrawFn) -> str:
    """Any placeholder of the list, zeros or dashes, in any case, in quotes, behind `anon:`, with blanks about it."""
    bare = draw(st.sampled_from(sorted(BLOCKED)) | st.text("0-", min_size=1, max_size=36))
    cases: tuple[Callable[[str], str], ...] = (str, str.upper, str.title)
    bare = draw(st.sampled_from(cases))(bare)
    bare = draw(st.sampled_from(("{}", '"{}"', "'{}'", " {}", "{} ", "\t{}\n"))).replace("{}", bare)
    return draw(st.sampled_from(("", "anon:", "anon: ", " anon:"))) + bare


def reads(found: object) -> Iterable[Read]:
    """Return what of a record is read."""
    return found.reads if isinstance(found, Batch) else [found] if isinstance(found, Read) else []


@pytest.mark.parametrize("place", ALONE)
@given(id=placeholders())
@settings(max_examples=40)
def test_a_placeholder_is_refused_in_every_place_of_every_format(place: str, id: str) -> None:
    """Mutants: blanks behind `anon:` not looked behind; the other id of a link not judged; a name missing in one format's own list."""
    found = outcome(ALONE[place](id))
    assert not list(reads(found))
    refused = found.refused if isinstance(found, Batch) else found
    assert isinstance(refused, Rejected)
    assert refused.reason == "blocked_customer"
    assert refused.detail.startswith(("customer is", "other is", "not read of"))


@pytest.mark.parametrize("place", BESIDE)
@given(id=placeholders())
@settings(max_examples=40)
def test_a_placeholder_never_hides_a_good_id(place: str, id: str) -> None:
    """Mutant: the first id that is there, whatever it says."""
    build, customer = BESIDE[place]
    (touchpoint,) = touchpoints(build(id))
    assert touchpoint.customer == customer


@given(id=placeholders())
@settings(max_examples=60)
def test_no_hand_over_starts_from_a_placeholder(id: str) -> None:
    """Mutants: the second id of a sign-in kept as it came; the sign-in refused for it."""
    for value in (
        SIGN_IN(anonymous=id),
        event(type="signed_in", data={"customer": "c7", "anonymous": id}),
        LINK(other=id),
        LINK(customer=id, other="c8"),
    ):
        replay = Replay()
        for each in reads(outcome(value)):
            assert isinstance(each.touchpoint, SignedIn)
            assert (each.touchpoint.anonymous, [part.reason for part in each.unread]) == ("", ["blocked_customer"])
            replay.apply(each.touchpoint)
        assert not [made for made in replay.emissions if isinstance(made, Sent)]


@pytest.mark.parametrize("place", ALONE)
@given(blanks=st.tuples(*[st.text(" \t\n\u00a0\u3000", max_size=2)] * 3))
@settings(max_examples=25)
def test_blanks_at_the_ends_of_an_id_make_no_other_customer(place: str, blanks: tuple[str, str, str]) -> None:
    """Mutants: the customer trimmed and the other id not; blanks behind `anon:` left."""
    before, between, after = blanks
    for id, spaced in (("c9", f"{before}c9{after}"), ("anon:c9", f"{before}anon:{between}c9{after}")):
        assert outcome(ALONE[place](spaced)) == outcome(ALONE[place](id))


def _in_batch(before: bytes, after: bytes, one: Callable[[int], bytes]) -> Callable[[list[bytes]], bytes]:
    return lambda events: before + b",".join(one(number) if each == b"good" else each for number, each in enumerate(events)) + after


BATCHES: dict[str, Callable[[list[bytes]], bytes]] = {
    "segment": _in_batch(b'{"sentAt":1,"batch":[', b"]}", lambda n: as_json(track("Cart Viewed") | {"messageId": f"m{n}"})),
    "segment list": _in_batch(b"[", b"]", lambda n: as_json(track("Cart Viewed") | {"messageId": f"m{n}"})),
    "posthog": _in_batch(b'{"api_key":"k","batch":[', b"]}", lambda n: as_json(captured("$pageview") | {"uuid": f"m{n}"})),
    "posthog list": _in_batch(b"[", b"]", lambda n: as_json(captured("$pageview") | {"uuid": f"m{n}"})),
    "snowplow": _in_batch(
        b'{"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4", "data" : [',
        b"]}",
        lambda n: as_json(tracked("pv", eid=f"m{n}")),
    ),
    "cloudevents": _in_batch(b"[", b"]", lambda n: event(id=f"m{n}")),
    "native": _in_batch(b" [", b"]", lambda n: page(id=f"m{n}")),
}
HOSTILE = (
    *(b"7", b"null", b'"x"', b"[]", b"{}", b"NaN", b'{"a":NaN}', b'{"a":1e999}', b'{"a":-Infinity}', b'{"a":"\xff\xfe"}', b'{"a":tru}'),
    *(b'{"a":' * 40 + b"1" + b"}" * 40, b"[" * 900 + b"]" * 900, b'{"a":"' + b"x" * 100_000 + b'"}'),
    *(rb'{"a":"\ud800"}', rb'{"a":"\u0000]},"}', b"{" + b",".join(b'"k%d":0' % number for number in range(1_100)) + b"}"),
    *(b'{"kind":"tick","customer":"c7","due":1}', b'{"batch":[{},{}]}', b'{"batch":7}', b'{"specversion":[]}', b'{"distinct_id":{}}'),
    *(b'{"messageId":1}', b'{"event_id":1,"collector_tstamp":1}', b'{"type":1,"userId":2}', b'"/payload_data/"'),
)


@pytest.mark.parametrize("form", BATCHES)
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_one_hostile_event_of_a_batch_falls_alone(form: str, number: int) -> None:
    """Mutants: a limit weighed over the whole record; a parser's refusal taken for the whole; the index counted from what was read."""
    for at in range(3):
        events = [b"good"] * 2
        events.insert(at, HOSTILE[number])
        found = outcome(BATCHES[form](events))
        assert isinstance(found, Batch)
        assert [each.touchpoint.id for each in found.reads] == [f"m{place}" for place in range(3) if place != at]
        assert found.refused is not None
        assert found.refused.detail.startswith(f"not read of 3 in the batch: {at} {found.refused.reason}; ")


def bare(kind: type[Touchpoint]) -> dict[str, Any]:
    """Return the fields that an event of this kind cannot do without, from an example."""
    return {name: content for name, content in json.loads(kind.examples[0]).items() if name not in optional(kind)}


def as_cloudevent(fields: dict[str, Any]) -> bytes:
    """Return the same as a CloudEvent."""
    own = {name: content for name, content in fields.items() if name not in ("kind", "id", "at", "source")}
    return event(type=f"com.acme.{fields['kind']}", id=fields["id"], time=rfc3339(fields["at"]), source=fields.get("source", ""), data=own)


@pytest.mark.parametrize("kind", KINDS, ids=kind_of)
@pytest.mark.parametrize("bad", [None, "x" * 5_000, {"a": 1}, [[1]], -(2**60)], ids=str)
def test_a_field_that_a_kind_can_do_without_never_refuses_the_event(kind: type[Touchpoint], bad: object) -> None:
    """Mutants: `null` taken for a value of the wrong type; the first such field left out and the second not; left out without a word."""
    sale = kind in SALES and isinstance(bad, int)  # a sale below 0 is refused: it is a refund under a wrong name
    whole, names = bare(kind), sorted(optional(kind) - ({"value"} if sale else set()))
    for several in (*([name] for name in names), names):
        spoilt = whole | dict.fromkeys(several, bad)
        for write in (lambda fields: json.dumps(fields).encode(), as_cloudevent):
            if write is as_cloudevent and "source" in several:
                continue  # the envelope's own attribute, which CloudEvents require
            found, plain = accepted(write(spoilt)), accepted(write(whole))
            told = {part.detail.partition(":")[0] for part in found.unread}
            kept = {name for name in several if getattr(found.touchpoint, name) != getattr(plain.touchpoint, name)}
            assert kept | told == (set() if bad is None else set(several))
            assert not kept & told
            kept |= {"place"} if kind.placed_by in kept else set()  # it is told by that field
            assert msgspec.structs.replace(found.touchpoint, **{n: getattr(plain.touchpoint, n) for n in kept}) == plain.touchpoint


def test_null_stands_for_nothing_said_in_every_field() -> None:
    """Mutant: a required `null` told as a wrong type, so that the sender looks for a typing fault."""
    for kind in KINDS:
        for name in bare(kind).keys() - {"kind"}:
            found = outcome(json.dumps(bare(kind) | {name: None}).encode())
            assert isinstance(found, Rejected)
            assert found.reason == ("no_customer" if name == "customer" else "missing_field")


EXAMPLES = tuple((f"{row.name} {number}", value) for row in FORMATS for number, (headers, value) in enumerate(row.examples) if not headers)
WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "registry": lambda value: b"\x00\x00\x00\x80\xff" + value,
    "connect": lambda value: b'{"schema":{"type":"struct","fields":[]},"payload":' + value + b"}",
    "connect text": lambda value: b'{"schema":{"type":"string"},"payload":' + json.dumps(value.decode()).encode() + b"}",
    "mark": lambda value: b"\xef\xbb\xbf" + value,
    "registry and connect": lambda value: b"\x00\x00\x00\x00\x01" + b'{"payload":' + value + b',"schema":null}',
}


@pytest.mark.parametrize("wrap", WRAPPED)
@pytest.mark.parametrize(("name", "value"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_an_envelope_of_transport_changes_nothing(wrap: str, name: str, value: bytes) -> None:
    """Mutants: an envelope's bytes judged before they are taken off; one envelope taken off, not two."""
    assert outcome(WRAPPED[wrap](value)) == outcome(value)


@pytest.mark.parametrize(("name", "value"), [row for row in EXAMPLES if b'"batch"' not in row[1] and b"payload_data" not in row[1]])
def test_a_list_of_events_is_a_batch_of_them_in_every_format(name: str, value: bytes) -> None:
    """Mutant: lists read in one format alone."""
    alone = touchpoints(value)
    assert touchpoints(b"[" + value + b" ,\n" + value + b"]") == alone * 2


def test_nothing_that_is_read_names_a_placeholder() -> None:
    """The names above hold for every example too, so no format has a customer that another would refuse."""
    for row in FORMATS:
        for headers, value in row.examples:
            for each in touchpoints(value, headers):
                assert nameable(each.customer)
                assert not isinstance(each, IdentityLinked) or nameable(each.other)


def test_passed_is_no_rejection_in_a_batch() -> None:
    """Mutant: one event passed by makes an honest batch a rejection."""
    found = outcome(as_json({"batch": [call("group", groupId="g"), track("Cart Viewed"), call("identify", anonymousId=None)]}))
    assert isinstance(found, Batch)
    assert (found.refused, found.passed, len(found.reads)) == (None, ("group", "identify"), 1)
    assert outcome(as_json(call("group"))) == Passed("group")


def test_long_ids_are_not_kept() -> None:
    """Ids of half a megabyte, each another one, would fill the memory. Mutant: every id is kept."""
    before = ids._is_known_fine.cache_info().currsize
    for number in range(3):
        assert not ids.nameable(f"{number}" * 400_000)
    assert ids._is_known_fine.cache_info().currsize == before
