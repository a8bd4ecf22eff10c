"""No secret passes a door, whatever kind, field, format or mapping it comes by; what is ordinary stays; own patterns rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.journey.direct_input import DirectInput
from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.reading import told
from agents.tools.mapping.rows import Understood
from schemas.conventions import Conventions
from schemas.inputs import FORMATS, Format, read
from schemas.masking import Masker, fields_of, mask
from schemas.reading import Batch, Read
from schemas.touchpoints import KINDS, Touchpoint, kind_of
from schemas.touchpoints.identity import IdentityLinked
from schemas.touchpoints.units import LATEST
from schemas.writing import encode
from tests.laws.strategies import touchpoint
from tests.schemas.masking.planted import ORDINARY, PLANTED, SLUGS
from tests.schemas.samples import LOGGED_AT, event

AT = 1_761_555_660_000
MASKED = tuple((kind, field, manner) for kind in KINDS for field, manner in fields_of(kind).items())
PLACES = st.sampled_from(("/{slug}/{secret}", "/{secret}/{slug}", "/{slug};s={secret}/{slug}", "/{slug}?s={secret}", "/{slug}#{secret}"))
PATHS = st.builds(lambda form, slug, pair: (pair[0], form.format(slug=slug, secret=pair[1])), PLACES, SLUGS, PLANTED)
TEXTS = st.builds(lambda before, pair, after: (pair[0], f"{before} {pair[1]} {after}".strip()), SLUGS, PLANTED, SLUGS)
MAPPING = """
[file]
format = "csv"
[fields]
id = "e{n}"
source = "shop"
customer = "c{n}"
place = "{page}"
at = { column = "at", format = "%Y-%m-%dT%H:%M:%S", zone = "UTC" }
[[touchpoint]]
kind = "page_viewed"
page = "{page}"
"""
NASTY = st.text("ab1Z /;?#%@.*+-_=&:0123456789eyJ", max_size=60)


def found(secret: str, text: str) -> bool:
    """Whether the secret stands in this text, also in pieces that are long enough to be one."""
    parts = {secret, *(part for part in re.split(r"[\s@.]", secret) if len(part) > 14)}
    return any(part in each for part in parts for each in (text, unquote(text), unquote(unquote(text))))


def read_of(value: bytes, headers: object = ()) -> list[Touchpoint]:
    """Return all touchpoints that the front door makes of a record."""
    made = read(value, headers, logged_at=LOGGED_AT)  # type: ignore[arg-type]
    return [made.touchpoint] if isinstance(made, Read) else [each.touchpoint for each in made.reads] if isinstance(made, Batch) else []


def planted(kind: type[Touchpoint], field: str, text: str) -> Touchpoint:
    """Return a touchpoint with this text in a field, as long as the field may be."""
    made = touchpoint(kind, AT, 1, 7, "c7")
    if isinstance(made, IdentityLinked):
        made = msgspec.structs.replace(made, other="anon:5f2c")  # a link to nobody is refused
    return msgspec.structs.replace(made, **{field: text[: 1024 if fields_of(kind)[field] == "path" else 256]})


def doors(made: Touchpoint) -> Iterator[Touchpoint]:
    """Yield what each door makes of a touchpoint: ours, CloudEvents, direct, direct to a customer who is known."""
    value = encode(made)
    yield from read_of(value)
    body = {name: content for name, content in msgspec.json.decode(value).items() if name not in ("kind", "id", "at")}
    yield from read_of(event(type=kind_of(type(made)), data=body))
    for known in ((), (b"c7",)):
        opened = DirectInput([b"k"]).open(b"c7", value, (), LOGGED_AT, known)
        assert isinstance(opened, Touchpoint)
        yield opened


def test_every_path_and_text_of_a_kind_is_declared() -> None:
    """Mutant caught: `target` of a click declared as `Ref`."""
    named = {"page", "place", "screen", "came_from", "target", "content", "reason", "element", "form", "topic"}
    assert not [(kind.__name__, name) for kind in KINDS for name in named & set(kind.__struct_fields__) - set(fields_of(kind))]
    assert all(fields_of(kind)["place"] == "path" for kind in KINDS)


@pytest.mark.parametrize(("kind", "field", "manner"), MASKED, ids=lambda each: each.__name__ if isinstance(each, type) else each)
@settings(max_examples=8)
@given(drawn=st.data())
def test_a_secret_passes_no_door_in_any_field_of_any_kind(kind: type[Touchpoint], field: str, manner: str, drawn: st.DataObject) -> None:
    """Mutants caught: `_check` returns the touchpoint of a known customer as it came; `accept` without `mask`; `_plan` without words."""
    secret, text = drawn.draw(PATHS if manner == "path" else st.one_of(PATHS, TEXTS))
    made = list(doors(planted(kind, field, text)))
    assert len(made) == 4
    assert not [each for each in made if found(secret, getattr(each, field))], text
    assert not [each for each in made if each != mask(each)[0]]


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
@settings(max_examples=30)
@given(pair=PATHS)
def test_a_secret_in_any_address_of_any_format_is_in_no_touchpoint(form: Format, pair: tuple[str, str]) -> None:
    """Mutant caught: `accept_found` reads what a foreign format made without the masker."""
    url = re.compile(rb'(https?://[^"\s\t?#]+|(?<=")/[a-z/]+(?="))')
    reached = 0
    for headers, value in form.examples:
        spoilt = url.sub(lambda match: match[0].rstrip(b"/") + pair[1].replace(" ", "%20").encode(), value)
        for each in read_of(spoilt, headers):
            assert not found(pair[0], encode(each).decode()), spoilt
            reached += spoilt != value
    assert reached


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pair=PATHS)
def test_a_secret_passes_no_mapping(tmp_path: Path, pair: tuple[str, str]) -> None:
    """Mutant caught: `_build` returns `made` instead of what was masked."""
    declared = compiled(MAPPING)
    (tmp_path / "rows.csv").write_text(f'n,at,page\n7,2025-10-27T09:00:00,"{pair[1]}"\n')
    ((_, outcome),) = told(declared, str(tmp_path / "rows.csv"), LATEST)
    assert isinstance(outcome, Understood), outcome
    assert not found(pair[0], encode(outcome.touchpoint).decode())


@settings(max_examples=300)
@given(st.one_of(PATHS.map(lambda pair: pair[1]), TEXTS.map(lambda pair: pair[1]), NASTY, st.text(max_size=80)))
def test_masking_twice_changes_nothing(text: str) -> None:
    """Mutant caught: a `*` is judged, and counted, again."""
    for masked in (Masker().path, Masker().words, Masker(hide=("a.*", "\\*"), show=("1.*",)).path):
        once, _ = masked(text)
        assert masked(once) == (once, ())
        assert len(once) <= max(len(text), 1)


@given(PLANTED, SLUGS)
def test_show_wins_over_the_shapes_and_hide_over_everything(pair: tuple[str, str], slug: str) -> None:
    """Mutant caught: `_own` asks `show` first."""
    secret = pair[0].replace(" ", "-")[:100]
    every, exact = ".*", re.escape(secret)
    assert Masker(show=(exact,)).path(f"/{slug}/{secret}") == (f"/{slug}/{secret}", ())
    assert Masker(hide=(exact,), show=(exact,)).path(f"/{slug}/{secret}") == (f"/{slug}/*", ("own",))
    assert Masker(hide=(every,), show=(every,)).path("/tents") == ("/*", ("own",))


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_text_costs_a_touchpoint_nothing(text: str) -> None:
    """Mutant caught: `mask` builds a new touchpoint always."""
    made = planted(next(kind for kind in KINDS if kind.__name__ == "PageViewed"), "page", text)
    assert mask(made)[0] is made
    assert mask(made, Conventions(hide=("never",)))[0] is made
