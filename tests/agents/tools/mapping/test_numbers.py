"""Numbers as countries write them: read in the declared form, told where they cannot be read, and never replaced by a default."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.desk import MappingError
from agents.tools.mapping.numbers import PLAIN, Style, number
from agents.tools.mapping.rows import Outcome, Refused, Understood
from schemas.touchpoints.commerce import OrderPlaced
from tests.agents.tools.mapping.trying import account, outcomes

TILL = """
about = "A till export as Excel in a German setting writes it."

[file]
format = "csv"
delimiter = ";"
{file}

[fields]
id = "{{Bestellung}}"
source = "till"
channel = "store"
customer = "{{Kunde}}"
at = {{ column = "Zeitpunkt", format = "%d.%m.%Y %H:%M", zone = "Europe/Berlin" }}

[[touchpoint]]
when = {{ Vorgang = "Kauf"{when} }}
kind = "order_placed"
order = "{{Bestellung}}"
value = {{ column = "Betrag", times = 100, default = 0{value} }}
"""
HEADER = "Kunde;Zeitpunkt;Vorgang;Betrag;Bestellung\n"
STYLES = (PLAIN, Style(","), Style(",", "."), Style(".", ","), Style(",", " "), Style(".", "'"), Style(",", "\u202f"))
COMMA = 'decimal = ","\nthousands = "."'


def till(folder: Path, betrag: str, *, file: str = "", value: str = "", when: str = "") -> Outcome:
    """What becomes of one row of the till with this amount."""
    text = f"{HEADER}4711;02.03.2026 09:01;Kauf;{betrag};b1\n".encode()
    return outcomes(folder, TILL.format(file=file, value=value, when=when), text, "till.csv")[0][1]


def written(amount: Decimal, style: Style) -> str:
    """An amount as this style writes it."""
    whole, _, digits = f"{abs(amount):,.2f}".partition(".")
    return f"{'-' if amount < 0 else ''}{whole.replace(',', style.thousands)}{style.decimal}{digits}"


@given(st.decimals(-(10**9), 10**9, places=2, allow_nan=False), st.sampled_from(STYLES))
def test_a_number_is_read_as_it_was_written(amount: Decimal, style: Style) -> None:
    """Mutants caught: thousands left standing; the comma dropped in place of read; a lost sign."""
    assert number(written(amount, style), style) == amount


@settings(max_examples=300)
@given(st.decimals(1, 10**9, places=2, allow_nan=False), st.sampled_from(STYLES), st.sampled_from(STYLES))
def test_a_number_of_another_style_is_read_right_or_not_at_all(amount: Decimal, written_in: Style, read_in: Style) -> None:
    """What can be meant in two ways is no number. Mutant caught: thousands taken away wherever they stand ("12.50" as 1250)."""
    try:
        found = number(written(amount, written_in), read_in)
    except ValueError:
        return
    assert found == amount


@pytest.mark.parametrize(
    ("betrag", "file", "value", "cents"),
    [
        ("12,50", 'decimal = ","', "", 1250), ("12,50", "", ', decimal = ","', 1250), ("1.234,50", COMMA, "", 123450),
        ("1.234,50", "", ', decimal = ",", thousands = "."', 123450), ("12.50", COMMA, ', decimal = "."', 1250), ("12.50", "", "", 1250),
        ("", 'decimal = ","', "", 0), ("1234567,00", COMMA, "", 123456700),
    ],
)  # fmt: skip
def test_a_german_till_is_read(tmp_path: Path, betrag: str, file: str, value: str, cents: int) -> None:
    """Case 16: in [file] for all columns, or for one. Mutants caught: the column's own word ignored; an empty cell without default."""
    found = till(tmp_path, betrag, file=file, value=value)
    assert isinstance(found, Understood)
    assert isinstance(found.touchpoint, OrderPlaced)
    assert (found.touchpoint.value, found.unread) == (cents, ())


@pytest.mark.parametrize(
    ("betrag", "file", "words"),
    [
        ("12,50", "", "value: '12,50' is no number; if a comma stands before the decimals: decimal = \",\""),
        ("12.50", COMMA, "value: '12.50' is no number; the mapping says decimal = ',', thousands = '.'"),
        ("frei", COMMA, "value: 'frei' is no number"),
        ("12,50 Stk", 'decimal = ","', "value: '12,50 Stk' is no number; the mapping says decimal = ',', thousands = ''"),
    ],
)
def test_an_amount_that_cannot_be_read_is_told_and_unknown(tmp_path: Path, betrag: str, file: str, words: str) -> None:
    """The order counts, and its amount is unknown: not 0, the default for an empty cell. Mutant caught: the default in its place."""
    found = till(tmp_path, betrag, file=file)
    assert isinstance(found, Understood)
    assert isinstance(found.touchpoint, OrderPlaced)
    assert found.touchpoint.value is None
    assert found.unread == (Refused("unread_amount", words),)


@given(st.text(st.characters(codec="utf-8", exclude_characters='\r\n";\0'), max_size=12), st.sampled_from(["", COMMA]))
def test_a_told_amount_is_never_replaced(betrag: str, file: str) -> None:
    """Whatever stands in the cell: it is read, or told, or empty. Mutant caught: any amount that disappears without a word."""
    with tempfile.TemporaryDirectory() as folder:
        found = till(Path(folder), betrag, file=file)
    if not isinstance(found, Understood):
        assert isinstance(found, Refused)  # a negative order
        return
    assert isinstance(found.touchpoint, OrderPlaced)
    assert (found.touchpoint.value is None) == bool(found.unread)
    if found.touchpoint.value == 0 and betrag:
        assert number(betrag, Style(",", ".") if file else PLAIN).copy_abs() < Decimal("0.01")


def test_a_minor_amount_without_times_is_read_or_told(tmp_path: Path) -> None:
    """`"{cents}"` is money as well. Mutant caught: only `times` guards an amount."""
    mapping = TILL.format(file="", value="", when="").replace('{ column = "Betrag", times = 100, default = 0 }', '"{Betrag}"')
    text = f"{HEADER}4711;02.03.2026 09:01;Kauf;1250;b1\n4711;02.03.2026 09:02;Kauf;12.50;b2\n".encode()
    one, other = (outcome for _, outcome in outcomes(tmp_path, mapping, text, "till.csv"))
    assert isinstance(one, Understood)
    assert isinstance(other, Understood)
    assert (getattr(one.touchpoint, "value", 0), getattr(other.touchpoint, "value", 0)) == (1250, None)
    assert other.unread[0].words == "value: '12.50' is no whole number: say times = 100, if its last two digits are the minor unit"


def test_conditions_read_numbers_the_same_way(tmp_path: Path) -> None:
    """Mutant caught: `above` with a point only."""
    assert isinstance(till(tmp_path, "1.234,50", file=COMMA, when=", Betrag = { above = 1000 }"), Understood)
    assert isinstance(till(tmp_path, "12,50", file=COMMA, when=", Betrag = { above = 1000 }"), Refused)


def test_a_negative_order_is_refused_by_name(tmp_path: Path) -> None:
    """Mutant caught: a negative value in the journey."""
    found = till(tmp_path, "-33,95", file=COMMA)
    assert isinstance(found, Refused)
    assert (found.reason, "value" in found.words) == ("out_of_range", True)


def test_the_account_tells_of_unread_amounts(tmp_path: Path) -> None:
    """Counted by field, with the lines. Mutant caught: an example without its line."""
    text = f"{HEADER}1;02.03.2026 09:01;Kauf;12,50;b1\n2;02.03.2026 09:02;Kauf;7;b2\n3;02.03.2026 09:03;Kauf;free;b3\n".encode()
    document = account(tmp_path, TILL.format(file="", value="", when=""), text, "till.csv").document()
    assert (document["understood"], document["not_understood"], document["unread_amounts"]) == (3, 0, {"value": 2})
    assert [(each["line"], each["reason"]) for each in document["unread_examples"]] == [(2, "unread_amount"), (4, "unread_amount")]


@pytest.mark.parametrize(
    ("file", "value", "said"),
    [
        ('decimal = ";"', "", 'line 7: `decimal` cannot be \';\'; it stands before the decimals: "," or "."'),
        ('decimal = ","\nthousands = ","', "", 'line 8: `decimal` and `thousands` are both \',\'; as decimal = "," with thousands = "."'),
        ('thousands = "x"', "", "line 7: `thousands` cannot be 'x'; one of . , ' or a blank stands between thousands"),
        ("decimal = 1", "", "line 7: `decimal` should be a text"),
        ("", ', decimal = "-"', 'line 20: `decimal` cannot be \'-\'; it stands before the decimals: "," or "."'),
        ("", ', decimel = ","', "line 20: `value` has no `decimel`; did you mean 'decimal'?"),
    ],
)
def test_a_mistaken_style_is_refused_by_its_line(file: str, value: str, said: str) -> None:
    """Mutant caught: a check left out."""
    with pytest.raises(MappingError) as refused:
        compiled(TILL.format(file=file, value=value, when=""))
    assert str(refused.value) == said


@pytest.mark.parametrize("text", ["4,99 €", "€ 4,99", "EUR 4,99", "4,99 EUR", "4,99"])
def test_a_currency_beside_the_number_disturbs_nobody(text: str) -> None:
    """Excel writes it in cells of its currency format. Mutant: the sign is left where it stands."""
    assert number(text, Style(",", ".")) == Decimal("4.99")
