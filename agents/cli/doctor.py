"""Check everything that a worker needs, and say what to do about what is wrong.

Brokers, topics (partitions, configurations), workers and how many records they are behind, the read model and its views, the rules,
the events that came in during the last hour (how many were rejected, passed by, set back, unread, masked, and why; a batch counts as
its events), this machine's clock against the broker's, versions. All checks run, within ten seconds. The clock is measured by a
record in a transaction that is aborted: no reader sees it.

Example: `sojourn doctor`
"""

from __future__ import annotations

from typing import Annotated

import typer

from agents.cli.terminal.errors import PROBLEMS_FOUND
from agents.cli.terminal.output import AsJson, console, print_json


def command(
    assume_clock_offset: Annotated[
        float, typer.Option(help="Pretend that this machine's clock is so many seconds ahead, to see what doctor says then.")
    ] = 0.0,
    json: AsJson = False,
) -> None:
    """Exit 0 when all is well, 1 when something is wrong."""
    from dataclasses import asdict

    from agents.cli.terminal.progress import waiting
    from agents.cli.terminal.reach import settings
    from agents.tools.operating.doctor import diagnose
    from agents.tools.reports.terminal import styled

    found = settings()
    with waiting("Looking at everything"):
        reports = diagnose(found, round(assume_clock_offset * 1000))
    for report in reports:
        if json:
            print_json(asdict(report))
            continue
        state = ("✗", "red") if report.findings else ("✓", "green") if report.ran else ("-", "dim")
        console().print(styled(state, " ", (f"{report.check:<10}", "bold"), f" {report.says}"), soft_wrap=True)
        for note in report.notes:
            console().print(f"  {note}", style="dim", soft_wrap=True)
        for finding in report.findings:
            console().print(styled("    ", (finding.about, "red"), f": {finding.cause}"), soft_wrap=True)
            console().print(styled("    ", ("fix", "green"), f": {finding.fix}"), soft_wrap=True)
    raise typer.Exit(PROBLEMS_FOUND if any(report.findings for report in reports) else 0)
