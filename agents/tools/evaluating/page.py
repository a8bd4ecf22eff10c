"""The report of an evaluation as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template

from agents.tools.evaluating.chapters import Chapter
from agents.tools.evaluating.comparing import Row
from agents.tools.evaluating.pictures import pictures
from agents.tools.reports.sheet import laid_out, script, style, tile


def page(lead: str, chapters: Sequence[Chapter]) -> str:
    """The whole page as text; `lead` says what was evaluated."""
    return Template(files("agents.tools.evaluating").joinpath("page.html").read_text(encoding="utf-8")).substitute(
        style=style(),
        script=script(),
        lead=escape(lead),
        chapters="\n".join(_chapter(number, one) for number, one in enumerate(chapters, 1)),
    )


def _chapter(number: int, one: Chapter) -> str:
    ours, gained = one.comparison.rows[0], one.comparison.gained
    slope = ours.figures.slope
    tiles = [
        (f"{ours.figures.auc:.3f}", "AUC: a leaver has the higher risk than a stayer so often"),
        (f"{gained.auc:+.3f}", f"AUC on the best rule of thumb: {one.comparison.best_rule}"),
        ("none" if slope is None else f"{slope:.2f}", "calibration slope; 1 is perfect"),
        (f"{ours.lift.lift:.1f} x", "as many leavers in the highest tenth"),
    ]
    prefix, left = f"q{number}", sum(one.answers.left)
    title = f"{escape(one.answers.question)}: {left:,} of {len(one.answers.left):,}"
    return (
        f'<h2 class="question">{title}</h2><div class="tiles">{"".join(tile(*each) for each in tiles)}</div>'
        f"<section><h2>Every score, on the same customers</h2>{_table(one.comparison.rows)}{_list(one.remarks)}</section>"
        f"{laid_out(pictures(one, prefix), (f'{prefix}-roc', f'{prefix}-lift'))}"
        f"<section><h2>How it was reached</h2>{_list(one.reached)}</section>"
    )


def _table(rows: Sequence[Row]) -> str:
    columns = ("score", "AUC", "95 %", "lift at 10 %", "95 %", "Brier", "log loss", "slope")
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells(row)) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def cells(row: Row) -> tuple[str, ...]:
    """A score's figures as texts; a rule of thumb states no chance, so nothing is said of those."""
    found, lift = row.figures, row.lift
    told = (
        row.name, f"{found.auc:.3f}", "{:.3f} to {:.3f}".format(*found.auc_interval), f"{lift.lift:.2f}",
        "{:.2f} to {:.2f}".format(*lift.interval),
    )  # fmt: skip
    if not row.states_chances:
        return (*told, "", "", "")
    return (*told, f"{found.brier:.4f}", f"{found.log_loss:.4f}", "none" if found.slope is None else f"{found.slope:.2f}")


def _list(lines: Sequence[str]) -> str:
    return '<ul class="notes">' + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
