"""What all pictures share: a title, how to read it, a chart, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

COLOURS = 9  # page.css has so many, for light and for dark
BLUE, ORANGE, GREEN, PURPLE, RED, YELLOW, TEAL, BROWN, GREY = range(COLOURS)


class Chart(Protocol):
    """A chart of `charts`: facts, and the template that draws them."""

    @property
    def template(self) -> str:
        """The file in `templates` that draws it; it finds these facts as `chart`."""

    @property
    def drawn(self) -> bool:
        """Whether anything in it is other than 0."""


@dataclass(frozen=True)
class Picture:
    """A chart with its title, a text on how to read it (`reading`), and its numbers as a table.

    `missing` says why there is nothing to draw, and what would change that.
    """

    name: str
    title: str
    reading: str
    chart: Chart
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    missing: str = ""


def drawn(pictures: Iterable[Picture]) -> list[Picture]:
    """Return the pictures that show something. A picture of zeros shows nothing."""
    return [each for each in pictures if each.chart.drawn]


def missing(pictures: Iterable[Picture]) -> list[tuple[str, str]]:
    """Return the title of each other picture, why it shows nothing, and what would fill it."""
    return [(each.title, each.missing) for each in pictures if not each.chart.drawn]


def colours(names: Sequence[str]) -> dict[str, int]:
    """Return a colour for each name, in order. After nine the colours repeat."""
    return {name: number % COLOURS for number, name in enumerate(names)}


def plain(name: str) -> str:
    """Return a name as words.

    >>> plain("own_brand_basket")
    'own brand basket'
    """
    return name.replace("_", " ")
