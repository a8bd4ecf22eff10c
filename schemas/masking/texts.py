"""Hides what is secret in a path, or in words, and tells by which rule.

A hidden segment or word becomes `*`. So places stay few: `/reset/*` is one place, whatever the token was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal
from urllib.parse import unquote

from schemas.masking.patterns import MAX_LENGTH, compiled
from schemas.masking.shapes import GROUPED, Shape, is_grouped, shape_of

Rule = Literal[Shape, "matrix", "query", "own"]
RULES: tuple[Rule, ...] = ("address", "matrix", "number", "own", "query", "token")
HIDDEN = "*"

ROUNDS = 8  # of decoding: an honest sender encodes once, a redirect twice; what is encoded more often is hidden
# Query, fragment and matrix parameters, also of an address that is encoded into a segment.
_CUT = re.compile(r"[?#]|%(?:25)*3[fF]")
_MATRIX = re.compile(r"(?:;|%(?:25)*3[bB])[^/]*")
# The same in a name without a path (a screen, a shop), where the signs may be text: `Where is it?`, `Shop #3`, `Cart; step 2`.
_CUT_OF_NAME = re.compile(r"(?<!\s)[?#](?=[\w/%])")
_MATRIX_OF_NAME = re.compile(r";[\w.-]+=[^/]*")
_WORD = re.compile(r"\S+")
_PLAIN = re.compile(r"[a-z._-]{0,15}|[^@%\s]{0,7}")  # too short for any shape: most segments, which need no other look


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

    __slots__ = ("_hide", "_own_there", "_show")

    def __init__(self, hide: Iterable[str] = (), show: Iterable[str] = ()) -> None:
        self._hide, self._show = compiled(tuple(hide)), compiled(tuple(show))
        self._own_there = bool(self._hide or self._show)

    def path(self, text: str) -> tuple[str, tuple[Rule, ...]]:
        """Return a path, address or screen's name with nothing secret in it, and the rule of each place hidden."""
        rules: list[Rule] = []
        is_path = text[:1] == "/" or "://" in text
        if "?" in text or "#" in text or ";" in text or "%" in text:  # one of them is in whatever the patterns find; most paths have none
            if (cut := (_CUT if is_path else _CUT_OF_NAME).search(text)) is not None:
                text = text[: cut.start()] or "/"
                rules.append("query")
            text, cuts = (_MATRIX if is_path else _MATRIX_OF_NAME).subn("", text)
            rules += ["matrix"] * cuts
        return "/".join([self._segment(each, rules) for each in (text or "/").split("/")]), tuple(rules)

    def words(self, text: str) -> tuple[str, tuple[Rule, ...]]:
        """Return words with nothing secret in them, and the rule of each place hidden. A word that begins as a path does is read as one."""
        rules: list[Rule] = []
        return self._each_word(text, self._word, rules), tuple(rules)

    def _segment(self, raw: str, rules: list[Rule]) -> str:
        """Return a segment of a path, or `*`. A screen's name may have several words; only those that are secret are hidden then."""
        if raw == HIDDEN or (not self._own_there and _PLAIN.fullmatch(raw)) or not raw:
            return raw
        plain = decoded(raw) if "%" in raw else raw
        if plain is None or (len(plain) > MAX_LENGTH and not _has_blanks(plain)):
            rules.append("token")
            return HIDDEN
        own = self._own(raw, plain) if self._own_there else None
        if own is False:
            return raw
        if own:
            rules.append("own")
            return HIDDEN
        if not _has_blanks(plain):
            return self._judged(raw, plain, rules)
        found: list[Rule] = []
        kept = self._each_word(plain, self._plain_word, found)
        rules += found
        return kept if found and plain == raw else HIDDEN if found else raw

    def _each_word(self, text: str, judged: Callable[[str, list[Rule]], str], rules: list[Rule]) -> str:
        """Return the text with each word judged. Numbers whose groups stand apart as words are hidden first."""

        def grouped(found: re.Match[str]) -> str:
            parts = found[0].split()
            if len(parts) == 1 or not is_grouped(found[0]) or any(self._own(part, part) is False for part in parts):
                return found[0]
            rules.append("number")
            return HIDDEN

        kept = GROUPED.sub(grouped, text) if _has_blanks(text) else text
        return _WORD.sub(lambda found: judged(found[0], rules), kept)

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
        if len(plain) > MAX_LENGTH or not self._own_there:
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
    if " " not in text and text.isprintable():  # of all blanks only the usual one is printable
        return False
    return len(text.split(maxsplit=1)) > 1 or text != text.strip()
