"""`sojourn rejections replay`: what was rejected and can be read by now is sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, notices, print_json

if TYPE_CHECKING:
    from agents.settings import Settings


def replay(
    reason: Annotated[str, typer.Option(help="Only rejections with this reason.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent again, and send nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what was rejected again after an earlier replay.")] = False,
    json: AsJson = False,
) -> None:
    """Send again what was rejected and can be read by now: after a fix of ours, or after a blueprint with new names.

    Only events that failed are sent, to interactions.v1, each once, in the order of the log. What still cannot be read is left. An event
    that is rejected again after a replay is left too, unless `--again` is given. Each rejection is sent at most once; the command may be
    repeated, and may be interrupted.

    Example: `sojourn rejections replay --reason unknown_kind --dry-run`
    """
    from confluent_kafka import KafkaException

    from agents.cli.terminal.reach import reachable, settings
    from agents.published.conventions import newest_conventions
    from agents.tools.operating import replaying

    found = reachable(settings())
    _check_topics(found)
    try:
        if dry_run:
            plan = replaying.planned(replaying.kept_rejections(found), newest_conventions(found), reason, again=again)
        else:
            plan = replaying.replay(found, reason, again=again)
    except KafkaException as error:
        fix = "`sojourn doctor` says what is wrong; then run this again: what was sent is not sent twice"
        raise CliError(f"not all was sent: {error.args[0].str()}", fix) from None
    if json:
        print_json({"rejections": len(plan.replays), "events": plan.events, "left": dict(plan.left), "sent": not dry_run})
        return
    said = "would send" if dry_run else "sent"
    notices().print(f"{said} {plan.events:,} events of {len(plan.replays):,} rejections again")
    for cause, count in plan.left.most_common():
        notices().print(f"  left {count:,}: {cause}")


def _check_topics(found: Settings) -> None:
    """Raise CliError if a topic is missing."""
    from agents.kafka.admin import Admin
    from schemas.topics import INTERACTIONS, REJECTIONS

    with Admin(found) as admin:
        counts = admin.partitions([INTERACTIONS, REJECTIONS])
    if missing := [name for name in (INTERACTIONS, REJECTIONS) if name not in counts]:
        raise CliError(f"the topic {missing[0]} does not exist", "sojourn topics create")
