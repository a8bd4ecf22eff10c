"""A company's own conventions, as the readers of inputs need them: what its event names mean, and what to hide in paths.

A blueprint holds them. Without one, the readers use the defaults.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """One event name of the company's own, and the touchpoint kind that it means.

    >>> Name(name="Plan Picked", kind="subscription_started", when={"paid": "true"}, fields={"subscription": "contract_no"}).kind
    'subscription_started'
    """

    name: str  # the event's name as it is sent; case and separators do not matter
    kind: str  # our kind that it means
    when: dict[str, str] = {}  # property -> the text that it must have; empty: always
    fields: dict[str, str] = {}  # field of our kind -> property that holds it; optional ones that are not named: under our own names


class Conventions(msgspec.Struct, frozen=True, kw_only=True):
    """What a company tells the readers of its inputs."""

    names: tuple[Name, ...] = ()  # in order: of several rows for one name the first whose condition holds is used
    hide: tuple[Annotated[str, Meta(max_length=256)], ...] = ()  # regular expressions: a path segment that matches is hidden
    show: tuple[Annotated[str, Meta(max_length=256)], ...] = ()  # the same: a path segment that matches is never hidden


NO_CONVENTIONS = Conventions()
