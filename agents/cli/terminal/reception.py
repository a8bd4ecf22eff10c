"""Waits for what became of a published control record, and prints it: which partitions took it, rejected it, or have not read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from agents.cli.terminal.errors import PROBLEMS_FOUND, CliError
from agents.cli.terminal.output import notices

if TYPE_CHECKING:
    from agents.published.reception import Reception, Receptionist


def awaited(receptionist: Receptionist, offsets: Mapping[int, int], within_s: float, what: str) -> Reception:
    """Return what became of the records at these offsets. Shows how many are read. Raises CliError if the brokers do not tell."""
    from confluent_kafka import KafkaException

    from agents.cli.terminal.progress import waiting

    with waiting(f"{what}: waiting for the workers") as show:
        try:
            return receptionist.await_all(offsets, within_s, lambda read: show(f"{what}: read by {read} of {len(offsets)} partitions"))
        except KafkaException as error:
            cause = f"{what} was published, and what became of it cannot be read: {error.args[0].str()}"
            raise CliError(cause, "`sojourn doctor` says what is in force in each partition") from None


def document(found: Reception) -> dict[str, Any]:
    """Return the same for programs."""
    refused = {number: {"reason": each.reason, "error": each.error} for number, each in found.rejected.items()}
    return {"taken": found.taken, "rejected": refused, "unread": found.unread, "workers": found.workers}


def say(found: Reception, what: str) -> None:
    """Print the partitions by what their workers did, with what to do where one rejected it."""
    from agents.tools.reports.terminal import styled

    terminal = notices()
    if found.taken:
        terminal.print(styled((f"{what}: taken", "green"), f" by {_listed(found.taken)}"), soft_wrap=True)
    for reason in sorted({each.reason for each in found.rejected.values()}):
        numbers = [number for number, each in found.rejected.items() if each.reason == reason]
        said = found.rejected[numbers[0]].error
        terminal.print(styled((f"{what}: rejected", "red"), f" by {_listed(numbers)} ({reason}): {said}"), soft_wrap=True)
        terminal.print(styled(("fix:   ", "bold green"), _fix(reason)), soft_wrap=True)
    if found.unread:
        why = "a worker has not come so far yet" if found.workers else "no worker runs"
        said = f"{what}: not read yet by {_listed(found.unread)}: {why}; it counts from its place in the log on when one reads it"
        terminal.print(said, soft_wrap=True)


def end(found: Reception) -> None:
    """Exit with 1 if a partition rejected it."""
    if found.rejected:
        raise typer.Exit(PROBLEMS_FOUND)


def _listed(numbers: list[int]) -> str:
    return f"partition{'s' if len(numbers) > 1 else ''} {', '.join(map(str, sorted(numbers)))}"


def _fix(reason: str) -> str:
    from schemas.reading import REMEDIES

    if reason == "unsigned_control":
        return "this command and the workers have different keys: give both the same SOJOURN_CONTROL_KEY_FILE, then do this again"
    return next((remedy for name, remedy in REMEDIES.items() if name == reason), "`sojourn rejections list` says more")
