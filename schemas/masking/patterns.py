"""A company's own patterns of what to hide and what to show, checked before they are used.

Every event passes them, so a pattern must end soon on every text. Patterns are therefore kept to a part of Python's regular expressions.
In that part the time grows with the third power of a segment's length at most, and a segment has at most MAX_LENGTH characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

MAX_PATTERNS = 50  # in each list: every segment that is new is tried against all of them
MAX_LENGTH = 128  # characters of a segment: own patterns are not tried on longer ones
LONGEST = 1024  # characters of a pattern itself
MAX_REPEATS = 3  # `*`, `+`, `{2,}` in one pattern: 128 characters then cost some 350,000 steps, a few milliseconds
MAX_OPTIONAL = 3  # `?` in one pattern: each doubles the steps
MAX_CHOICES = 64  # ways through all groups together, as 6 through (a|b)(c|d|e): each may be tried
MAX_TIMES = 128  # the largest number in braces

_SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?|\{\d*(?:,\d*)?\}|.", re.DOTALL)


class Misfit(NamedTuple):
    """Why a pattern cannot be used, and how to mend it."""

    what: str
    fix: str


def misfit_of(pattern: str) -> Misfit | None:
    """Return why this pattern cannot be used, or None.

    >>> misfit_of(r"[A-Z]{2}\\d{6}"), misfit_of(r"(ab|cd)-\\d+")
    (None, None)
    >>> misfit_of("(a+)+").what, misfit_of("(").what
    ("'(a+)+' repeats a group", "'(' is no regular expression: missing ), unterminated subpattern at position 0")
    """
    if not pattern:
        return Misfit("an empty pattern matches nothing", "remove it")
    if len(pattern) > LONGEST:
        return Misfit(f"a pattern is longer than {LONGEST} characters", "make several patterns of it")
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return Misfit(
            f"{pattern!r} is no regular expression: {error}", "write it as Python's `re` reads it; put a \\ before signs meant as such"
        )
    signs = _SIGN.findall(pattern)
    what = next((what for what in (_strange(signs), _costly(signs)) if what is not None), None)
    return what and Misfit(f"{pattern!r} {what.what}", what.fix)


def _strange(signs: list[str]) -> Misfit | None:
    """Return what the pattern uses that could make it slow: groups that are repeated, references, and looking around."""
    for before, sign in pairwise(["", *signs]):
        if before == ")" and (sign in "*+" or _is_braces(sign)):
            return Misfit("repeats a group", "repeat single characters or classes only, as in [a-z0-9]+, or make two patterns of it")
        if sign == "(?":
            return Misfit("has a group that begins with (?", "only (...) and (?:...) are read")
        if sign[0] == "\\" and sign[1:2].isdigit():
            return Misfit("refers to a group", "write the characters themselves")
    return None


def _is_braces(sign: str) -> bool:
    return sign.startswith("{") and len(sign) > 1


def _costly(signs: list[str]) -> Misfit | None:
    """Return which count of repeats is too high."""
    braces = [sign for sign in signs if _is_braces(sign)]
    numbers = [int(number) for sign in braces for number in re.findall(r"\d+", sign)]
    if any(number > MAX_TIMES for number in numbers):
        return Misfit(f"repeats more than {MAX_TIMES} times", f"a segment has at most {MAX_LENGTH} characters")
    if _repeats(signs) > MAX_REPEATS:
        return Misfit(
            f"has more than {MAX_REPEATS} repeats of open length", "write a fixed length, as in [a-z]{8}, or make two patterns of it"
        )
    if signs.count("?") > MAX_OPTIONAL:
        return Misfit(f"has more than {MAX_OPTIONAL} optional parts", "make two patterns of it")
    if _choices(signs) > MAX_CHOICES:
        return Misfit(f"has more than {MAX_CHOICES} ways through its groups", "make several patterns of it")
    return None


def repeats_of(pattern: str) -> int:
    """Return how many repeats of open length a pattern has: of a text of n characters, n to the power of them are tried at each place.

    >>> repeats_of("[a-z]+ .*x{2,}"), repeats_of("a[*]b{3}")
    (3, 0)
    """
    return _repeats(_SIGN.findall(pattern))


def _repeats(signs: list[str]) -> int:
    return signs.count("*") + signs.count("+") + sum("," in sign for sign in signs if _is_braces(sign))


def _choices(signs: list[str]) -> int:
    """Return how many ways lead through all groups together. Alternatives outside of groups are tried one after another."""
    ways, open_ = 1, list[int]()
    for sign in signs:
        if sign in ("(", "(?:"):
            open_.append(1)
        elif sign == "|" and open_:
            open_[-1] += 1
        elif sign == ")" and open_:
            ways *= open_.pop()
    return ways


def compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Return the patterns, compiled. Raises ValueError for one that cannot be used."""
    for pattern in patterns:
        if (misfit := misfit_of(pattern)) is not None:
            raise ValueError(f"{misfit.what}: {misfit.fix}")
    return tuple(re.compile(pattern) for pattern in patterns)
