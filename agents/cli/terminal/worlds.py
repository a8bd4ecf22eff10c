"""How a world is played into Kafka day by day, and how its score is printed."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import console, print_table

if TYPE_CHECKING:
    from agents.kafka.reader import LogReader
    from agents.settings import Settings
    from agents.tools.operating.feeding import Sent
    from agents.world.answers import Answer
    from agents.world.day import Day
    from agents.world.state import State


def working(found: Settings) -> Settings:
    """Return the settings if workers read the topics. Raises CliError: without them nobody would ever answer."""
    from agents.kafka.admin import Admin
    from schemas.topics import INTERACTIONS, OFFERS

    with Admin(found) as admin:
        if missing := [name for name in (INTERACTIONS, OFFERS) if name not in admin.partitions([INTERACTIONS, OFFERS])]:
            raise CliError(f"the topic {missing[0]} does not exist", "sojourn topics create")
        if not all(admin.group(name).members for name in ("sojourn-ingest", "sojourn-journey")):
            raise CliError(
                "no worker reads the topics, so no offers would come",
                "start one with `sojourn worker`, and SOJOURN_MODE=events: time then passes with the days",
            )
    return found


def play_into(
    found: Settings, state: State, pace: float, patience_s: float, tell: Callable[[dict[str, Any]], None], moved: Callable[[int, int], None]
) -> tuple[int, int]:
    """Play all days of a world into Kafka. Return how many events were sent, and how many offers came back.

    `pace` is the seconds that a day takes at least. `tell` gets what is true. `moved(days, events)` is called after each day.
    """
    from agents.kafka.reader import LogReader
    from agents.world.day import play_day
    from agents.world.telling import closing, opening
    from schemas.topics import OFFERS

    sent = answered = 0
    for document in opening(state):
        tell(document)
    with LogReader(found, OFFERS) as offers:
        coming = _answers(offers, found)
        while state.day < state.days:
            began, played = monotonic(), play_day(state, coming)
            sent += send_day(found, played, patience_s).records
            coming = _answers(offers, found)
            answered += len(coming)
            for document in played.truths:
                tell(document)
            moved(state.day, sent)
            sleep(max(0.0, pace - (monotonic() - began)))
    for document in closing(state):
        tell(document)
    return sent, answered


def send_day(found: Settings, day: Day, patience_s: float) -> Sent:
    """Send a day's events, and wait until the workers have ended each of them. Raises CliError if they do not."""
    from secrets import token_hex

    from agents.tools.operating.feeding import Line, feed
    from agents.tools.operating.settling import NotEndedError, noted, settle
    from schemas.topics import INTERACTIONS

    before = noted(found)
    sent = feed(found, INTERACTIONS, (Line(line, 0) for _, line in day.lines), lambda _lines, _bytes: None, token_hex(8))
    if sent.unsent:
        raise CliError(
            f"day {day.number + 1}: {len(sent.unsent):,} events were not sent: {sent.unsent[0]}", "`sojourn doctor` says what is wrong"
        )
    try:
        settle(found, sent, before, lambda _: None, patience_s)
    except NotEndedError as error:
        raise CliError(f"day {day.number + 1}: {error}", "is a worker running? `sojourn doctor` says what is wrong") from None
    return sent


def _answers(reader: LogReader, found: Settings) -> list[Answer]:
    """Return the offers that were committed since they were asked for last, in the order of the log. The first call begins at the end."""
    from agents.kafka.watermarks import high_watermarks
    from agents.world.answers import answer_of

    values = [message.value() for message in reader.until(high_watermarks(found, reader.topic))]
    return [answer for value in values if isinstance(value, bytes) and (answer := answer_of(value)) is not None]


def print_score(score: dict[str, Any]) -> None:
    """Print the score of a world: planted and found, false alarms, detectors, risk, offers."""
    title = f"planted and found (seed {score['seed']}, {score['customers']:,} customers, {score['days']} days, {score['events']:,} events)"
    print_table(title, ("planted", "found by", "after", "what customers saw"), map(_incident_row, score["incidents"]))
    print_table("traps: nothing is wrong", ("trap", "false alarms", "what it is"), map(_trap_row, score["traps"]))
    alarms = [(one["since"][:13] + "h", one["name"], one["channel"], one["words"]) for one in score["false_alarms"]]
    print_table(f"false alarms: {len(alarms)}", ("since", "alarm", "channel", "words"), alarms)
    columns = ("detector", "planted", "found", "recall", "raised", "right", "precision")
    print_table("frictions", columns, map(_detector_row, score["detectors"]))
    _print_learnt(score["learnt"])
    _print_risk(score["risk"])
    _print_offers(score["offers"])


def _incident_row(one: dict[str, Any]) -> tuple[str, ...]:
    if one["wrong"]:
        return one["name"], f"deceived: {len(one['wrong'])} wrong alarms", "-", one["seen"]
    after = "-" if one["after_hours"] is None else f"{one['after_hours']:g} h"
    return one["name"], one["by"] or "missed", after, one["seen"]


def _trap_row(one: dict[str, Any]) -> tuple[str, ...]:
    return one["name"], str(len(one["alarms"])), one["seen"]


def _detector_row(one: dict[str, Any]) -> tuple[str, ...]:
    recall, precision = ("-" if one[name] is None else f"{one[name]:.3f}" for name in ("recall", "precision"))
    return one["detector"], f"{one['planted']:,}", f"{one['recalled']:,}", recall, f"{one['raised']:,}", f"{one['right']:,}", precision


def _print_learnt(learnt: list[dict[str, Any]]) -> None:
    """Print which models came into force, and when."""
    for name, what in (("cadence", "cadence models"), ("weights", "weights of the risk")):
        days = [str(one["day"] + 1) for one in learnt if one["name"] == name]
        told = f"{len(days)}, in force after day {', '.join(days)}" if days else "none: too little was known"
        console().print(f"learnt {what}: {told}", soft_wrap=True)


def _print_risk(risk: dict[str, Any]) -> None:
    """Print how well the risk ranks customers, beside rules of thumb and a perfect observer."""
    if risk["risk"] is None or risk["perfect"] is None:
        console().print("risk: too few were there, or nobody left within a month of it, so it cannot be judged")
        return
    title = (
        f"risk on day {risk['day']}: of {risk['customers']:,} customers {risk['left']:,} left within 30 days, and "
        f"{risk['bought_nothing']:,} bought nothing. How each ranks them (AUC)"
    )
    rows = [
        ("the risk", _area(risk["risk"]), _area(risk["risk_of_that"])),
        *((one["rule"], _area(one["leaving"]), _area(one["bought_nothing"])) for one in risk["thumbs"]),
        ("a perfect observer of who leaves", _area(risk["perfect"]), "-"),
    ]
    print_table(title, ("ranked by", "who left", "who bought nothing"), rows)
    console().print(f"against the hidden hazard: AUC {risk['against_hazard']:.3f}", soft_wrap=True)


def _area(told: dict[str, float] | None) -> str:
    return "-" if told is None else f"{told['auc']:.3f} [{told['low']:.3f}, {told['high']:.3f}]"


def _print_offers(told: dict[str, Any]) -> None:
    words = f"offers: {told['made']:,} made"
    if told["true"] is None:
        console().print(f"{words}; nobody answers them without --answers", soft_wrap=True)
        return
    measured = "not measurable" if told["measured"] is None else f"{told['measured']:+.3f}"
    console().print(
        f"{words}; they reached {told['reached']:,} customers. Leavers avoided for each: {told['true']:+.3f} in truth, {measured} by the "
        f"holdout ({told['treated_left']} of {told['treated']:,} treated left, {told['held_out_left']} of {told['held_out']:,} held out)",
        soft_wrap=True,
    )
