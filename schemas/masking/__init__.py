"""Nothing secret in paths and texts: addresses, tokens and long numbers are hidden in every touchpoint, whatever door it came by.

A field's unit says how it is read: `Page` as a path, `Words` as words (`schemas.touchpoints.units`). Numbers that name a thing have the
unit `Ref`; they are never touched, because orders, messages and parcels are told apart by them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Container
from typing import get_type_hints

import msgspec

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.masking.texts import HIDDEN, RULES, Masker, Rule
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.units import Masked

__all__ = ["HIDDEN", "RULES", "Masker", "Rule", "fields_of", "mask", "masker_of"]

KNOWN = 65_536  # texts without a secret that are remembered: some 10 MB, at most 22 MB of ASCII; then all are forgotten
LONGEST_KNOWN = 256  # characters of a text that is remembered: longer ones, sent on purpose, would fill the memory

Clean = Callable[[Touchpoint, Container[str], Container[str]], bool]  # (touchpoint, known paths, known words) -> nothing is new in it


class Plan(msgspec.Struct, frozen=True):
    """Which fields of a kind are masked."""

    paths: tuple[str, ...]
    words: tuple[str, ...]
    is_clean: Clean


class Memory:
    """A masker, and texts in which it found no secret. Texts with one are not kept.

    The sets hold "", so that fields without content cost nothing.
    """

    __slots__ = ("masker", "paths", "words")

    def __init__(self, masker: Masker) -> None:
        self.masker = masker
        self.paths: set[str] = {""}
        self.words: set[str] = {""}


_DEFAULT = Memory(Masker())
_PLANS: dict[type[Touchpoint], Plan] = {}


def mask(found: Touchpoint, conventions: Conventions = NO_CONVENTIONS) -> tuple[Touchpoint, tuple[Rule, ...]]:
    """Return the touchpoint with nothing secret in its paths and words, and the rule of each place that was hidden.

    A text that stands in two fields, as a page that is the place too, is hidden in both and counts once.

    >>> import msgspec
    >>> from schemas.touchpoints import BY_KIND
    >>> seen = BY_KIND["page_viewed"](id="e1", customer="c7", at=1761555660000, page="/reset/5f2c9a8b7d6e5f4a?from=mail")
    >>> masked, rules = mask(seen)
    >>> masked.page, rules
    ('/reset/*', ('query', 'token'))
    """
    plan = _PLANS.get(type(found)) or _plan(type(found))
    memory = _DEFAULT if conventions is NO_CONVENTIONS else _memory(conventions.hide, conventions.show)
    if plan.is_clean(found, memory.paths, memory.words):
        return found, ()
    return _masked(found, plan, memory)


def masker_of(conventions: Conventions) -> Masker:
    """Return the masker of these conventions. Raises ValueError for a pattern that cannot be used."""
    return _memory(conventions.hide, conventions.show).masker


def fields_of(kind: type[Touchpoint]) -> dict[str, str]:
    """Return the masked fields of a kind: name -> `path` or `words`.

    >>> from schemas.touchpoints import BY_KIND
    >>> fields_of(BY_KIND["clicked"])
    {'place': 'path', 'target': 'words', 'element': 'words', 'page': 'path'}
    """
    hints = get_type_hints(kind, include_extras=True)
    found = {
        name: [each for each in getattr(hints[name], "__metadata__", ()) if isinstance(each, Masked)] for name in kind.__struct_fields__
    }
    return {name: marks[0].manner for name, marks in found.items() if marks}


@functools.lru_cache(maxsize=64)
def _memory(hide: tuple[str, ...], show: tuple[str, ...]) -> Memory:
    return Memory(Masker(hide, show))


def _plan(kind: type[Touchpoint]) -> Plan:
    manners = fields_of(kind)
    paths, words = (tuple(name for name, manner in manners.items() if manner == each) for each in ("path", "words"))
    _PLANS[kind] = plan = Plan(paths, words, _clean(paths, words))
    return plan


def _clean(paths: tuple[str, ...], words: tuple[str, ...]) -> Clean:
    """Return the question whether a touchpoint holds only known texts.

    It is made from source, because every event asks it: `attrgetter` takes twice as long. The names are fields of our own structs.
    """
    asked = [*(f"found.{name} in paths" for name in paths), *(f"found.{name} in words" for name in words)]
    clean: Clean = eval(f"lambda found, paths, words: {' and '.join(asked)}")  # noqa: S307
    return clean


def _remember(text: str, known: set[str]) -> None:
    if len(known) >= KNOWN:
        known.clear()
        known.add("")
    known.add(text)


def _masked(found: Touchpoint, plan: Plan, memory: Memory) -> tuple[Touchpoint, tuple[Rule, ...]]:
    changed: dict[str, str] = {}
    rules: list[Rule] = []
    for names, masked, known in ((plan.paths, memory.masker.path, memory.paths), (plan.words, memory.masker.words, memory.words)):
        looked: dict[str, tuple[str, tuple[Rule, ...]]] = {}  # a page and its place are often one text
        for name in names:
            if (text := getattr(found, name)) in known:
                continue
            if text not in looked:
                looked[text] = masked(text)
                rules += looked[text][1]
            kept, _ = looked[text]
            if kept != text:
                changed[name] = kept
                continue
            if len(text) <= LONGEST_KNOWN:
                _remember(text, known)
    return msgspec.structs.replace(found, **changed) if changed else found, tuple(rules)
