"""Hides what is secret in a path, or in words, and tells by which rule.

A hidden segment or word becomes `*`. So places stay few: `/reset/*` is one place, whatever the token was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Literal
from urllib.parse import unquote

from schemas.masking.patterns import MAX_LENGTH, compiled
from schemas.masking.shapes import GROUPED, Shape, is_grouped, shape_of

Rule = Literal[Shape, "matrix", "query", "own"]
RULES: tuple[Rule, ...] = ("address", "matrix", "number", "own", "query", "token")
HIDDEN = "*"

ROUNDS = 8  # of decoding: an honest sender encodes once, a redirect twice; what is encoded more often is hidden
# The query or the fragment, also of an address that is encoded into a segment. A `#` behind a blank numbers a shop: `Shop #3`.
_CUT = re.compile(r"\?|(?<!\s)#|%(?:25)*3[fF]")
_MATRIX = re.compile(r"(?:;|%(?:25)*3[bB])[^/]*")
_WORD = re.compile(r"\S+")


def decoded(text: str) -> str | None:
    """Return a text without percent-encoding; None if it is encoded more than ROUNDS times.

    >>> decoded("mia%40example.org"), decoded("mia%2540example.org"), decoded("100%")
    ('mia@example.org', 'mia@example.org', '100%')
    """
    for _ in range(ROUNDS):
        if "%" not in text or (plain := unquote(text)) == text:
            return text
        text = plain
    return None


class Masker:
    """Hides by the built-in shapes and by a company's own patterns. `show` wins over the shapes, `hide` over everything.

    >>> masker = Masker(hide=("vip-.*",), show=("[0-9]{13}",))
    >>> masker.path("/p/4006381333931/vip-mia;v=1/5f2c9a8b7d6e5f4a?t=1")
    ('/p/4006381333931/*/*', ('query', 'matrix', 'own', 'token'))
    >>> masker.words("Write to mia@example.org")
    ('Write to *', ('address',))
    """

    __slots__ = ("_hide", "_show")

    def __init__(self, hide: Iterable[str] = (), show: Iterable[str] = ()) -> None:
        self._hide, self._show = compiled(tuple(hide)), compiled(tuple(show))

    def path(self, text: str) -> tuple[str, tuple[Rule, ...]]:
        """Return a path, address or screen's name with nothing secret in it, and the rule of each place hidden."""
        rules: list[Rule] = []
        if (cut := _CUT.search(text)) is not None:
            text = text[: cut.start()] or "/"
            rules.append("query")
        text, cuts = _MATRIX.subn("", text)
        rules += ["matrix"] * cuts
        return "/".join([self._segment(each, rules) for each in (text or "/").split("/")]), tuple(rules)

    def words(self, text: str) -> tuple[str, tuple[Rule, ...]]:
        """Return words with nothing secret in them, and the rule of each place hidden. A word that begins as a path does is read as one."""
        rules: list[Rule] = []
        return _each_word(text, partial(self._word, rules=rules), rules), tuple(rules)

    def _segment(self, raw: str, rules: list[Rule]) -> str:
        """Return a segment of a path, or `*`. A screen's name may have several words; only those that are secret are hidden then."""
        if not raw or raw == HIDDEN:
            return raw
        plain = decoded(raw)
        if plain is None or (len(plain) > MAX_LENGTH and not _has_blanks(plain)):
            rules.append("token")
            return HIDDEN
        own = self._own(raw, plain)
        if own is False:
            return raw
        if own:
            rules.append("own")
            return HIDDEN
        if not _has_blanks(plain):
            return self._judged(raw, plain, rules)
        found: list[Rule] = []
        kept = _each_word(plain, partial(self._plain_word, rules=found), found)
        rules += found
        return kept if found and plain == raw else HIDDEN if found else raw

    def _word(self, raw: str, rules: list[Rule]) -> str:
        if raw[0] == "/" or "://" in raw:
            kept, found = self.path(raw)
            rules += found
            return kept
        return self._plain_word(raw, rules)

    def _plain_word(self, raw: str, rules: list[Rule]) -> str:
        if raw == HIDDEN:
            return raw
        plain = decoded(raw)
        own = None if plain is None else self._own(raw, plain)
        if own is False:
            return raw
        if own:
            rules.append("own")
            return HIDDEN
        return self._judged(raw, plain, rules)

    def _own(self, raw: str, plain: str) -> bool | None:
        """Return whether the company's patterns hide this: True or False; None if they say nothing."""
        if len(plain) > MAX_LENGTH or not (self._hide or self._show):
            return None
        for patterns, verdict in ((self._hide, True), (self._show, False)):
            if any(each.fullmatch(plain) or (raw != plain and len(raw) <= MAX_LENGTH and each.fullmatch(raw)) for each in patterns):
                return verdict
        return None

    def _judged(self, raw: str, plain: str | None, rules: list[Rule]) -> str:
        rule: Rule | None = "token" if plain is None else shape_of(plain)
        if rule is None:
            return raw
        rules.append(rule)
        return HIDDEN


def _has_blanks(text: str) -> bool:
    return len(text.split(maxsplit=1)) > 1 or text != text.strip()


def _each_word(text: str, judged: Callable[[str], str], rules: list[Rule]) -> str:
    """Return the text with each word judged, then without numbers whose groups stand apart as words."""

    def grouped(found: re.Match[str]) -> str:
        if not is_grouped(found[0]):
            return found[0]
        rules.append("number")
        return HIDDEN

    kept = _WORD.sub(lambda found: judged(found[0]), text)
    return GROUPED.sub(grouped, kept) if _has_blanks(kept) else kept
