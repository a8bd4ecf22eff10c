"""A company's own patterns: what is taken, what is refused with line, cause and fix, and that none is slow."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.masking.patterns import MAX_LENGTH, MAX_PATTERNS, compiled, misfit_of
from streams.blueprints.faults import BlueprintError
from streams.blueprints.reading import blueprint_from

SIGNS = st.lists(
    st.sampled_from(("a", "b", ".", "*", "+", "?", "{2,}", "{1,90}", "(", ")", "|", "[ab]", "(a|b)", "a*", "\\w")), max_size=12
)
TEXTS = ("a" * MAX_LENGTH, "a" * (MAX_LENGTH - 1) + "!", "ab" * (MAX_LENGTH // 2 - 1) + "!")
SLOWEST = 2.0  # seconds of processor time: a hundred times of what the slowest needs


@pytest.mark.parametrize(
    "pattern",
    [
        "[A-Z]{2}\\d{6}",
        "vip-.*",
        "(de|en)-[a-z]+",
        "\\d{5,8}",
        "a\\*b",
        "[*+?]{3}",
        "[*+][*+][*+]",
        "[^/]+-[0-9]+-x?",
        "[]a]+",
        "{",
        "a{,3}",
    ],
)
def test_what_is_fast_is_taken(pattern: str) -> None:
    """Mutants caught: signs in a class are counted as repeats; an escaped `*` is counted."""
    assert misfit_of(pattern) is None
    assert compiled([pattern])


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("", "an empty pattern matches nothing"),
        ("(", "is no regular expression"),
        ("a**", "is no regular expression"),
        ("(a+)+", "repeats a group"),
        ("(a|a)*b", "repeats a group"),
        ("(?:a){2,}", "repeats a group"),
        ("(?=a)b", "has a group that begins with (?"),
        ("(?i)vip", "has a group that begins with (?"),
        ("(a)\\1", "refers to a group"),
        (".*.*.*.*", "has more than 3 repeats of open length"),
        ("a{2,}b{2,}c{2,}d{2,}", "has more than 3 repeats of open length"),
        ("a{1,200}", "repeats more than 128 times"),
        ("a?b?c?d?", "has more than 3 optional parts"),
        ("(a|aa)" * 7, "has more than 64 ways through its groups"),
        ("a" * 1_025, "is longer than 1024 characters"),
    ],
)
def test_what_may_be_slow_or_means_nothing_is_refused(pattern: str, what: str) -> None:
    """Mutants caught: `_strange` looks at `*` alone; braces are never counted; `(?` is let pass; alternatives are not counted."""
    misfit = misfit_of(pattern)
    assert misfit is not None
    assert what in misfit.what
    assert misfit.fix
    with pytest.raises(ValueError, match=re.escape(what)):
        compiled([pattern])


@settings(max_examples=150)
@given(SIGNS)
def test_no_pattern_that_is_taken_is_slow(signs: list[str]) -> None:
    """Mutant caught: `MAX_REPEATS` 8."""
    pattern = "".join(signs)
    assume(pattern and misfit_of(pattern) is None)
    (made,) = compiled([pattern])
    begun = process_time()
    for text in TEXTS:
        made.fullmatch(text)
    assert process_time() - begun < SLOWEST


def test_a_blueprint_names_the_line_the_cause_and_the_fix() -> None:
    """Mutant caught: `_check_patterns` looks at `hide` alone."""
    many = ", ".join(f'"a{number}"' for number in range(MAX_PATTERNS + 1))
    with pytest.raises(BlueprintError) as refused:
        blueprint_from(f'name = "acme"\nhide = [\n  "vip-.*",\n  "(a+)+",\n]\nshow = [{many}]\n', "acme.toml")
    first, second = str(refused.value).splitlines()
    assert first.startswith("acme.toml:4: '(a+)+' repeats a group; repeat single characters or classes only")
    assert second.startswith(f"acme.toml:6: {MAX_PATTERNS + 1} patterns are too many: show holds {MAX_PATTERNS}; join some of them")
    taken = blueprint_from('name = "acme"\nhide = ["vip-.*"]\nshow = ["[0-9]{13}"]\n')
    assert (taken.conventions.hide, taken.conventions.show) == (("vip-.*",), ("[0-9]{13}",))
