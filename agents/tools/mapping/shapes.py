"""What a kind's fields can hold, as its record declares it."""

from __future__ import annotations

from functools import cache
from typing import Any, get_type_hints

import msgspec
from msgspec import inspect

from schemas.touchpoints import Touchpoint
from schemas.touchpoints.units import EARLIEST


@cache
def hints(kind: type[Touchpoint]) -> dict[str, Any]:
    """The type of each field of this kind, with its bounds."""
    wanted = kind.__struct_fields__
    return {name: hint for name, hint in get_type_hints(kind, include_extras=True).items() if name in wanted}


@cache
def required(kind: type[Touchpoint]) -> tuple[str, ...]:
    """The fields this kind cannot do without.

    >>> from schemas.touchpoints import BY_KIND
    >>> required(BY_KIND["page_viewed"])
    ('id', 'customer', 'at', 'page')
    """
    found = inspect.type_info(kind)
    return tuple(each.name for each in found.fields if each.required) if isinstance(found, inspect.StructType) else ()


def _single(hint: Any) -> tuple[Any, ...]:
    found = inspect.type_info(hint)
    return found.types if isinstance(found, inspect.UnionType) else (found,)


def whole(hint: Any) -> bool:
    """Whether only whole numbers fit.

    >>> from schemas.touchpoints.units import Cents, Score
    >>> whole(Cents | None), whole(Score)
    (True, False)
    """
    return any(isinstance(each, inspect.IntType) for each in _single(hint))


def textual(hint: Any) -> bool:
    """Whether it holds a text."""
    return any(isinstance(each, inspect.StrType | inspect.LiteralType) for each in _single(hint))


def a_moment(hint: Any) -> bool:
    """Whether it is a point in time."""
    return any(isinstance(each, inspect.IntType) and each.ge == EARLIEST for each in _single(hint))


def many(hint: Any) -> bool:
    """Whether it holds several texts."""
    return any(isinstance(each, inspect.VarTupleType) for each in _single(hint))


def misfit(content: object, hint: Any) -> str:
    """Why this content does not fit the field; empty where it does.

    >>> from schemas.touchpoints.units import Count
    >>> misfit("7", Count), misfit("seven", Count)
    ('', 'Expected `int`, got `str`')
    """
    try:
        msgspec.convert(content, hint, strict=False)
    except msgspec.ValidationError as error:
        return str(error)
    return ""
