"""A line of the log is one line, and no terminal obeys it, whatever a message quotes."""

from __future__ import annotations

import json
import logging

import pytest

from agents.observing.logs import INDENT, JsonLines, TextLines

MEAN = "a\x1b[2J\u202e\x85\n12:00:00 journey INFO all is well"


def record(text: str) -> logging.LogRecord:
    """Return the record of an error that quotes a stranger."""
    try:
        raise ValueError(text)
    except ValueError as error:
        return logging.LogRecord("us", logging.ERROR, "", 0, "failed: %s", (text,), (ValueError, error, error.__traceback__))


@pytest.mark.parametrize("lines", [TextLines("%(asctime)s journey %(levelname)s %(message)s", "%H:%M:%S"), JsonLines("journey")])
@pytest.mark.parametrize("text", [MEAN, f"{MEAN}\ud800"])
def test_a_record_is_text(text: str, lines: logging.Formatter) -> None:
    """Mutants caught: `logging.Formatter` as it is; no indent; JSON without escapes; JSON that raises at a lone surrogate."""
    first, *others = lines.format(record(text)).split("\n")
    assert all(each.isprintable() for each in (first, *others))
    assert all(each.startswith(INDENT) for each in others)
    if not others:
        assert json.loads(first)["message"] == f"failed: {text}"
