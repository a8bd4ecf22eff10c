"""Rejections are printed so that their sender can mend them: whose, what, the reason in words, and what to do."""

from __future__ import annotations

from base64 import b64encode

import pytest

from agents.cli import rejections
from schemas.outputs.rejections import Rejection
from schemas.reading import REASONS, REMEDIES, Reason


def kept(number: int, reason: str, value: bytes, error: str = "", *, in_part: bool = False) -> Rejection:
    """Return the rejection of this record."""
    place = {"id": f"interactions.v1-3-{number}", "topic": "interactions.v1", "partition": 3, "offset": number, "logged_at": 1767225600000}
    return Rejection(**place, reason=reason, error=error, in_part=in_part, value=b64encode(value).decode(), value_length=len(value))  # type: ignore[arg-type]


ROWS = (
    kept(1041, "unknown_kind", b'{"type":"track","event":"Moon Landed","userId":"c7"}', "'moon_landed'"),
    kept(1042, "wrong_type", b'{"kind":"order_placed","customer":"c8"}', "value: Expected `int`, got `str`", in_part=True),
    kept(1043, "unsupported_format", b"data=e30", "a form body (data=...): send the JSON itself"),
    kept(1044, "no_key", b"[bold]x[/bold]"),
)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eighty columns, and a topic with these rejections."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(rejections, "_read_kept", lambda: iter(ROWS))


@pytest.mark.usefixtures("narrow")
def test_a_list_names_customer_event_reason_and_remedy_within_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """Mutants: the error in a column of one word; the sentence of the reason printed nowhere; a part told as a whole rejection."""
    rejections.list_()
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[1:5] == [
        "interactions.v1-3-1041  2026-01-01T00:00:00.000Z  unknown_kind",
        "  c7  Moon Landed  'moon_landed'",
        "interactions.v1-3-1042  2026-01-01T00:00:00.000Z  in part: wrong_type",
        "  c8  order_placed  value: Expected `int`, got `str`",
    ]
    words = " ".join("\n".join(lines).split())
    reasons: tuple[Reason, ...] = ("unknown_kind", "wrong_type", "unsupported_format")
    for reason in reasons:
        assert f"1 {reason} {REASONS[reason]} {REMEDIES[reason]}" in words


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reason)
def test_one_rejection_is_shown_with_its_meaning_and_its_bytes(row: Rejection, capsys: pytest.CaptureFixture[str]) -> None:
    """Mutant: the original taken for the terminal's own markup."""
    rejections.show(row.id)
    shown = capsys.readouterr().out
    words = " ".join(shown.split())
    assert next((text for name, text in REASONS.items() if name == row.reason), "") in words
    assert rejections._original(row).decode() in shown


@pytest.mark.parametrize(
    "reason", [*REASONS, "unreadable_record", "unreadable_batch", "no_key", "key_too_long", "detector_failed", "replayed"]
)
def test_every_reason_has_its_words_and_what_to_do(reason: str) -> None:
    """Mutant: `_words` knows the reasons of readings alone, and not those of the carrier."""
    assert all(rejections._words(reason))
