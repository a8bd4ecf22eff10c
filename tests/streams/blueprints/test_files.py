"""A blueprint's file: every mistake is told at once with its line, what is shipped is right, and what is written is read back the same."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.vocabulary import STAGES
from streams.blueprints.faults import BlueprintError
from streams.blueprints.lines import Lines
from streams.blueprints.names import find_wrong_names
from streams.blueprints.reading import blueprint_from
from streams.blueprints.writing import changes, text_of
from streams.rules import Rules
from streams.rules.blueprint import Blueprint, Persona, Target, blueprint_of
from streams.rules.offer_rows import CATALOGUE, Policy
from streams.rules.stage_rows import Move

HERE = Path(__file__).parent
SHIPPED = tuple(sorted((HERE.parents[2] / "deploy" / "blueprints").glob("*.toml")))
MISTAKEN, EXPECTED = HERE / "mistaken.toml", HERE / "mistaken.expected.txt"


def problems(text: str) -> list[tuple[int, str]]:
    """Line and words of everything that is wrong with this text."""
    with pytest.raises(BlueprintError) as caught:
        blueprint_from(text)
    return [(each.where.line, f"{each.what}; {each.fix}") for each in caught.value.problems]


def test_every_mistake_is_told_at_once_with_its_line_and_what_was_meant() -> None:
    """Read the difference before you rewrite the expectation."""
    with pytest.raises(BlueprintError) as caught:
        blueprint_from(MISTAKEN.read_text(), MISTAKEN.name)
    assert str(caught.value).splitlines() == EXPECTED.read_text().splitlines()
    assert len(caught.value.problems) >= 10


def test_there_are_blueprints_to_begin_with() -> None:
    assert [path.stem for path in SHIPPED] == ["retail", "subscription"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_shipped_is_right_and_differs_from_the_defaults(path: Path) -> None:
    blueprint = blueprint_from(path.read_text(), path.name)
    rules = Rules(blueprint)
    assert blueprint.name == path.stem
    assert len(changes(Blueprint(), blueprint)) > 20
    assert set(rules.audiences) == {offer.name for offer in blueprint.offers}
    assert {start for start, _ in rules.moves.to} <= set(STAGES)


def test_the_defaults_are_right() -> None:
    """What a file does not give is not checked with it: that the defaults name what exists is held here."""
    assert find_wrong_names(Blueprint()) == []
    assert blueprint_from("") == Blueprint()


ODD = Blueprint(
    name='a "quoted" name',
    lateness_ms={"": 1_500, "till 4": 129_600_000},
    owners={"/a.b": "x", 'say "hi"': "y", "*": "z"},
    limits={"rage_click": {"clicks": 5, "within_ms": 0.5}},
    offers=(),
    policies=(Policy(limit=0, days=0.5, scope="offer", only=""),),
    quiet_hours=(0, 0),
    stages=(Move(left=("unaware",), on=("page_viewed",), to="exploring"), Move(left=("exploring",), on=("contact_closed",), to="<")),
    personas=(Persona(name="p", rule="band == 'high' and not purchases > 2"),),
    targets=(Target(measure="nps", at_least=-5.0, at_most=0.0, owner="o"),),
    bots=("a*",),
)
READ = (Blueprint(), ODD, *(blueprint_from(path.read_text()) for path in SHIPPED))


@pytest.mark.parametrize("blueprint", READ, ids=lambda blueprint: blueprint.name)
@pytest.mark.parametrize("every_limit", [False, True])
def test_what_is_written_is_read_back_the_same(blueprint: Blueprint, every_limit: bool) -> None:
    """Mutants: a row's default left out that is none; a duration rounded; a source's name lost."""
    again = blueprint_from(text_of(blueprint, every_limit=every_limit))
    assert changes(blueprint, again) == []
    assert every_limit or again == blueprint


@pytest.mark.parametrize("blueprint", READ, ids=lambda blueprint: blueprint.name)
def test_what_is_stored_is_read_back_the_same(blueprint: Blueprint) -> None:
    assert blueprint_of(blueprint.body()) == blueprint
    assert blueprint_of(blueprint.body()).fingerprint() == blueprint.fingerprint()


OFFER = "[[offers]]\nname='g'\nfamily='incentive'\nlever='social'\nchannels=['post']\nvalue=5\n"


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value that contains no other, by its path."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from leaves(each, (*path, key))
    if not isinstance(value, dict | list):
        yield path, value


SPREAD_OUT = """
a.b = 1
"quoted key" = '''
a text = [ over
lines'''
many = [ # nothing
  "x", "y",

  [1, 2,
   3],
  { p = "in]line", q = [
    "deep" ] },
]
[[rows]]
one = "# no comment"
[rows.under]
two = 2
[[rows]]
[[rows.inner]]
three = 3
[[rows.inner]]
three = 33
"""
LAID_OUT = {
    ("a", "b"): 2,
    ("quoted key",): 3,
    ("many", 0): 7,
    ("many", 1): 7,
    ("many", 2, 0): 9,
    ("many", 2, 1): 9,
    ("many", 2, 2): 10,
    ("many", 3, "p"): 11,
    ("many", 3, "q", 0): 12,
    ("rows", 0, "one"): 15,
    ("rows", 0, "under", "two"): 17,
    ("rows", 1, "inner", 0, "three"): 20,
    ("rows", 1, "inner", 1, "three"): 22,
}


def test_lines_are_those_of_the_text_however_it_is_laid_out() -> None:
    lines = Lines(SPREAD_OUT)
    assert {path: lines.line_of(*path) for path, _ in leaves(tomllib.loads(SPREAD_OUT))} == LAID_OUT
    assert lines.line_of("rows", 1) == 18
    assert lines.line_of("rows", 1, "nothing") == 18
    assert lines.line_of("nowhere") == 0


@pytest.mark.parametrize("path", [*SHIPPED, MISTAKEN], ids=lambda path: path.stem)
def test_every_value_stands_on_the_line_that_is_named(path: Path) -> None:
    text = path.read_text()
    lines, shown = Lines(text), text.splitlines()
    for where, value in leaves(tomllib.loads(text)):
        assert str(value) in shown[lines.line_of(*where) - 1].replace("true", "True").replace("false", "False"), where


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\nb = [\n", 2, "this is not TOML"),
        ("name = 'x'\nname = 'y'", 2, "this is not TOML: Cannot overwrite a value"),
        ("name = 7", 1, "a text belongs here, not 7"),
        ("holdout = true", 1, "a number belongs here, not True"),
        ("holdout = nan", 1, "a number belongs here, not nan"),
        ("bias = -inf", 1, "a number belongs here, not -inf"),
        ("two_families = 'yes'", 1, "true or false belongs here"),
        ("silent = 'rage_click'", 1, "a list belongs here"),
        ("bands = [0.1, 0.2]", 1, "a list of 3 belongs here, not a list of 2"),
        ("bands = [0.5, 0.2, 0.7]", 1, "each above the one before"),
        ("quiet_hours = [21.5, 8]", 1, "a whole number belongs here"),
        ("limits = 3", 1, "a table belongs here, not 3"),
        ("[limits]\nrage_click = 3", 2, "a table belongs here, not 3"),
        ("offers = [3]", 1, "a table belongs here, not 3"),
        ("[[offers]]\nname = 'x'", 1, "'family', 'lever', 'channels' is missing: an offer needs it"),
        ("bots = ['a*b']", 1, "'a*b' is neither a name nor the beginning of one"),
        ("staff = ['*']", 1, "'*' is neither a name nor the beginning of one"),
        ("name = 'x'\nstaff = ['*']\ndays_off = ['2026-12-32']", 3, "days_off: '2026-12-32' is no day"),
        ("market_zones = []", 1, "at least one time zone"),
        (f"{OFFER}audience = 'persona(saver)'\n[[personas]]\nname='savers'\nrule='true'", 7, "no persona is called 'saver'; did you mean"),
        (f"{OFFER}audience = 'not persona(\"a b\")'", 7, "no persona is called 'a b'"),
        ("episode_silence = '0 s'", 1, "more than none"),
        ("episode_silence = 30", 1, "30 is no duration"),
        ("forget_anonymous_days = 0.5", 1, "forgotten after 1 to 36500 days; 0: never"),
        ("forget_anonymous_days = 1e9", 1, "forgotten after 1 to 36500 days; 0: never"),
        ("[lateness]\ntill = '-5 s'", 2, "is no duration"),
        ("[[personas]]\nname='a'\nrule='true'\n[[personas]]\nname='a'\nrule='true'", 4, "the persona a stands here twice"),
        ("[[policies]]\nlimit=1\ndays=7\nscope='all'\n[[policies]]\nlimit=2\ndays=7\nscope='all'", 5, "a policy on all * in 7 days"),
        ("[[policies]]\nlimit=1\ndays=7\nscope='offer'\nonly='refil_box'", 5, "did you mean 'refill_box'?"),
        ("[[targets]]\nmeasure='nps'\nat_least=1", 1, "nobody answers for '*'; name an owner"),
        ("[[stages]]\nfrom=['using']\non=['praised']\nto='advocating'", 1, "nothing leads to 'using'"),
        ("name = ''", 1, "a blueprint has a name"),
        ("[[personas]]\nname = ''\nrule = 'true'", 1, "a persona has a name"),
        ("[[personas]]\nname='a'\nrule='true'\n[[personas]]\nname='b'\nrule='persona(a)'", 6, "names another persona"),
        ("".join(f"[[personas]]\nname = 'p{n}'\nrule = 'true'\n" for n in range(25)), 1, "25 personas are too many"),
        ("[limits.friction_surge]\nopening = 3", 2, "no limit of friction_surge is called 'opening'"),
    ],
)
def test_each_mistake_is_named_where_it_stands(text: str, line: int, words: str) -> None:
    found = problems(text)
    assert any(at == line and words in what for at, what in found), found


def test_a_row_behind_one_that_does_not_fit_is_named_by_its_own_line() -> None:
    """Mutant: rows counted without those that were left out."""
    found = problems("[[personas]]\nname = 1\nrule = 'true'\n[[personas]]\nname = 'a'\nrule = 'bnad == 1'")
    assert [line for line, _ in found] == [2, 6]


def test_a_default_policy_is_not_laid_to_a_file_that_lists_other_offers() -> None:
    text = "[[offers]]\nname='g'\nfamily='incentive'\nlever='social'\nchannels=['post']\nvalue=5"
    assert [offer.name for offer in blueprint_from(text).offers] == ["g"]


def test_what_changes_is_said_rule_by_rule() -> None:
    """Rows are known by their names, limits by their defaults; a row that comes or goes is one line."""
    dearer = tuple(msgspec.structs.replace(offer, cost=51.0) if offer.name == "own_brand_basket" else offer for offer in CATALOGUE[:-1])
    after = Blueprint(
        offers=dearer, silent=("dead_click",), owners={"*": "care"}, lateness_ms={"": 5_000, "till": 60_000}, name="other",
        stages=(*Blueprint().stages[1:],),
    )  # fmt: skip
    told = {str(change) for change in changes(Blueprint(), after)}
    assert {
        "~ offers.own_brand_basket.cost: 50 -> 51",
        "- offers.tasting_evening",
        "+ silent.dead_click",
        "+ owners.*: care",
        "+ lateness.till: 1 min",
        "- stages.unaware on page_viewed: exploring",
    } <= told
    assert changes(after, after) == []


def test_a_change_and_its_reverse_mirror_each_other() -> None:
    there, back = changes(READ[0], READ[-1]), changes(READ[-1], READ[0])
    assert {(each.rule, str(each.before), str(each.after)) for each in there} == {(c.rule, str(c.after), str(c.before)) for c in back}
