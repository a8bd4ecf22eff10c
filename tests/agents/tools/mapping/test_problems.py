"""A mapping with errors is told whole: each with its line and what may have been meant."""

from __future__ import annotations

import pytest

from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.desk import MappingError

WRONG = """\
abuot = "a shop"
[file]
format = "cvs"
delimiter = ";;"
[fields]
customer = "{who}"
at = { column = "when", format = "%Q", zone = "Europe/Berlyn", day_at = "noon" }
chanel = "web"

[[touchpoint]]
kind = "page_veiwed"
page = "/"

[[touchpoint]]
when = { what = { begin = "x", matches = "(a+)+" } }
kind = "order_placed"
vlaue = 3
items = "many"
value = { colum = "sum" }

[[touchpoint]]
kind = "survey_answered"
metric = { column = "scale", values = { a = "csat", b = "cast" } }
score = { text = "{score}", times = 2 }
low = true
high = 5
first = true
at = "{when}"

[[touchpoint]]
leave_out = "never reached"
[rehearsal]
funnle = ["a"]
"""

TOLD = """\
line 1: a mapping has no `abuot`; did you mean 'about'?
line 3: `format` cannot be 'cvs'; did you mean 'csv'?
line 4: `delimiter` cannot be ';;'; one character, as ; or a tab, written \\t
line 7: `day_at` cannot be 'noon'; write it as 12:00
line 7: `format` cannot be '%Q': 'Q' is a bad directive in format '%Q'; there are iso, ms, ns, s, us or a pattern as `%d.%m.%Y %H:%M`
line 7: there is no time zone 'Europe/Berlyn'; did you mean 'Europe/Berlin'?
line 8: order_placed has no field `chanel`; did you mean 'channel'?
line 8: survey_answered has no field `chanel`; did you mean 'channel'?
line 11: there is no kind `page_veiwed`; did you mean 'page_viewed'?
line 14: order_placed needs `id`; say it here, or for all kinds in [fields]
line 14: order_placed needs `order`; say it here
line 14: this rule is never reached: the one on line 10 takes every row; give that one a `when`
line 15: `matches`: '(a+)+' repeats a group; repeat single characters or classes only, as in [a-z0-9]+, or make two patterns of it
line 15: a condition has no `begin`; did you mean 'begins'?
line 17: order_placed has no field `vlaue`; did you mean 'value'?
line 18: `items` cannot be 'many': Expected `int`, got `str`
line 19: `value` has no `colum`; did you mean 'column'?
line 19: `value` should name one source; one of column, text, either, sum
line 21: survey_answered needs `id`; say it here, or for all kinds in [fields]
line 23: `metric` cannot be 'cast': Invalid enum value 'cast'
line 24: `times` goes with `column` or `sum`
line 25: `low` cannot be True: Expected `float`, got `bool`
line 27: `first` and `after` need a thread; as [file] thread = "{ticket}"
line 28: `at` belongs in [fields]: rows are put in order by it
line 33: [rehearsal] has no `funnle`; did you mean 'funnel'?"""


def test_every_error_at_once_with_its_line_and_a_suggestion() -> None:
    """Catches the mutants: the first error ends the reading; a line counted from the table instead of the key."""
    with pytest.raises(MappingError) as raised:
        compiled(WRONG)
    assert str(raised.value).splitlines() == TOLD.splitlines()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[fields\n", "line 1: this is no TOML"),
        ("", "there is no [[touchpoint]]"),
        ('[fields]\nid = "1"\n[[touchpoint]]\nkind = "app_opened"\ncustomer = "c"', "line 1: [fields] needs `at`"),
        ("touchpoint = 3", "there is no [[touchpoint]]"),
        ("fields = 3\n[[touchpoint]]\nkind = 3", "`fields` should be a table"),
        ('[[touchpoint]]\nwhen = "x"\nkind = "clicked"', "line 2: `when` should be a table"),
        ('[[touchpoint]]\nkind = "clicked"\nleave_out = "both"', "line 3: a row is a touchpoint or left out, not both"),
        ('[[touchpoint]]\nwhen = {a = "b"}', "line 1: a [[touchpoint]] needs a `kind`"),
        ('[fields]\nat = { column = "t", otherwise = "x" }', "line 2: `otherwise` needs `values`"),
        ('[fields]\nat = { column = ["t", "u"] }', "line 2: `column` should be one text"),
    ],
)
def test_what_is_no_mapping_is_told(text: str, words: str) -> None:
    with pytest.raises(MappingError) as raised:
        compiled(text)
    assert words in str(raised.value)
