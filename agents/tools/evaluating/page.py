"""The report of an evaluation as one HTML file. It needs no other files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.tools.evaluating.chapters import Chapter
from agents.tools.evaluating.comparing import Row
from agents.tools.evaluating.pictures import pictures
from agents.tools.reports.drawing import drawn, missing
from agents.tools.reports.sheet import laid_out, rendered

COLUMNS = ("score", "AUC", "95 %", "lift at 10 %", "95 %", "Brier", "log loss", "slope")


def page(lead: str, chapters: Sequence[Chapter]) -> str:
    """Return the whole page as HTML text. `lead` says what was evaluated."""
    return rendered("evaluation.html", facts(lead, chapters))


def facts(lead: str, chapters: Sequence[Chapter]) -> dict[str, Any]:
    """Return the content of the page for its template."""
    return {"lead": lead, "columns": COLUMNS, "chapters": [_chapter(number, one) for number, one in enumerate(chapters, 1)]}


def _chapter(number: int, one: Chapter) -> dict[str, Any]:
    ours, gained = one.comparison.rows[0], one.comparison.gained
    slope, prefix = ours.figures.slope, f"q{number}"
    made = pictures(one, prefix)
    return {
        "title": f"{one.answers.question}: {sum(one.answers.left):,} of {len(one.answers.left):,}",
        "tiles": [
            (f"{ours.figures.auc:.3f}", "AUC: a leaver has the higher risk than a stayer so often"),
            (f"{gained.auc:+.3f}", f"AUC on the best rule of thumb: {one.comparison.best_rule}"),
            ("none" if slope is None else f"{slope:.2f}", "calibration slope; 1 is perfect"),
            (f"{ours.lift.lift:.1f} x", "as many leavers in the highest tenth"),
        ],
        "rows": [cells(row) for row in one.comparison.rows],
        "remarks": one.remarks,
        "pictures": laid_out(drawn(made), (f"{prefix}-roc", f"{prefix}-lift")),
        "missing": missing(made),
        "reached": one.reached,
    }


def cells(row: Row) -> tuple[str, ...]:
    """Return a score's figures as texts. A rule of thumb states no chance, so its Brier score, log loss and slope are empty."""
    found, lift = row.figures, row.lift
    told = (
        row.name, f"{found.auc:.3f}", "{:.3f} to {:.3f}".format(*found.auc_interval), f"{lift.lift:.2f}",
        "{:.2f} to {:.2f}".format(*lift.interval),
    )  # fmt: skip
    if not row.states_chances:
        return (*told, "", "", "")
    return (*told, f"{found.brier:.4f}", f"{found.log_loss:.4f}", "none" if found.slope is None else f"{found.slope:.2f}")
