"""What all pictures share: colours that are readable on white and on black, and a plain frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

INK, LINES = "#7d8694", "rgba(128,134,148,.22)"
SERIES = ("#3d7fb0", "#e1793a", "#4a9a72", "#a96bb3", "#cf3f4b", "#e0b13c", "#4fb3b0", "#8a6d4f", "#7d8694")


@dataclass(frozen=True)
class Picture:
    """A figure with its title, a text on how to read it (`reading`), and its numbers as a table."""

    name: str
    title: str
    reading: str
    figure: Any  # a plotly Figure; the package carries no types
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def graph() -> Any:
    """Return Plotly's module of traces. It is imported only here: the package is optional, and the import takes half a second."""
    import plotly.graph_objects  # type: ignore[import-untyped]

    return plotly.graph_objects


def framed(traces: Sequence[Any], height: int = 340, **layout: Any) -> Any:
    """Return a figure with these traces. It is `height` pixels high, and as wide as its place on the page."""
    axis = {"gridcolor": LINES, "zerolinecolor": LINES, "linecolor": LINES, "automargin": True}
    figure = graph().Figure(data=list(traces))
    figure.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 8, "b": 8}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, -apple-system, 'Segoe UI', sans-serif", "size": 13, "color": INK},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.01, "x": 0}, bargap=0.18,
    )  # fmt: skip
    figure.update_layout(**layout)
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure


def colours(names: Sequence[str]) -> dict[str, str]:
    """Return a colour for each name, in order. After nine the colours repeat."""
    return {name: SERIES[i % len(SERIES)] for i, name in enumerate(names)}


def faint(colour: str) -> str:
    """Return the colour, made transparent.

    >>> faint("#3d7fb0")
    'rgba(61,127,176,.35)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},.35)"


def plain(name: str) -> str:
    """Return a name as words.

    >>> plain("own_brand_basket")
    'own brand basket'
    """
    return name.replace("_", " ")
