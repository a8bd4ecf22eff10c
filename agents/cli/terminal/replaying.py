"""`sojourn rejections replay`: what was rejected and can be read by now is sent again."""

from __future__ import annotations

from typing import Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, notices, print_json


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

    from agents.cli.terminal.reach import reachable, settings, with_topics
    from agents.published.conventions import newest_conventions
    from agents.tools.operating import replaying
    from schemas.topics import INTERACTIONS, REJECTIONS

    found = with_topics(reachable(settings()), INTERACTIONS, REJECTIONS)
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
