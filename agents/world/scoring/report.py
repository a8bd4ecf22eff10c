"""The score as one document: what was planted, what was found and after how long, what was a false alarm."""

from __future__ import annotations

from typing import Any

from agents.world.company import DAY
from agents.world.scoring.lift import lift
from agents.world.scoring.matching import FalseAlarm, Finding, Quality, findings, qualities
from agents.world.scoring.playing import Played
from agents.world.scoring.risks import Area, Ranking, ranking
from schemas.writing import rfc3339


def report(played: Played) -> dict[str, Any]:
    """Return the score of a world that was played, in types that JSON has."""
    world = played.truths[0]
    found, false = findings(played.truths, played.alarms)
    ends = int(world["start"]) + int(world["days"]) * DAY
    risk = ranking(played)
    return {
        "seed": world["seed"], "days": world["days"], "customers": world["customers"], "events": played.events, "rejected": played.rejected,
        "incidents": [_incident(one) for one in found],
        "traps": [_trap(one, false) for one in played.truths if one["truth"] == "trap"],
        "false_alarms": [_false(one) for one in false],
        "detectors": [_detector(one) for one in qualities(played.truths, played.claims, played.retracted, ends, played.was_told)],
        "learnt": [one._asdict() for one in played.learnt], "risk": _risk(risk), "offers": _offers(played),
    }  # fmt: skip


def _risk(one: Ranking) -> dict[str, Any]:
    return _areas(one._asdict()) | {"thumbs": [_areas(each._asdict()) for each in one.thumbs]}


def _areas(row: dict[str, Any]) -> dict[str, Any]:
    return {name: each._asdict() if isinstance(each, Area) else each for name, each in row.items()}


def _incident(one: Finding) -> dict[str, Any]:
    alarm = one.alarm
    return {
        "name": one.name, "seen": one.seen, "begins": rfc3339(one.begins), "ends": rfc3339(one.ends), "found": one.found,
        "by": f"{alarm.name} {alarm.channel} {alarm.place}".strip() if alarm else "silence" if one.found else "",
        "after_hours": None if one.after is None else round(one.after, 1), "words": alarm.words if alarm else "",
        "consequences": len(one.others), "wrong": [each.words for each in one.wrong],
    }  # fmt: skip


def _trap(truth: dict[str, Any], false: list[FalseAlarm]) -> dict[str, Any]:
    alarms = [one.alarm.words for one in false if one.trap == truth["name"]]
    return {"name": truth["name"], "seen": truth["seen"], "begins": rfc3339(truth["from"]), "alarms": alarms}


def _false(one: FalseAlarm) -> dict[str, Any]:
    alarm = one.alarm
    return {
        "name": alarm.name, "channel": alarm.channel, "place": alarm.place, "since": rfc3339(alarm.since), "scale": alarm.scale,
        "trap": one.trap, "words": alarm.words,
    }  # fmt: skip


def _detector(one: Quality) -> dict[str, Any]:
    shares = {"recall": one.recall, "precision": one.precision}
    return one._asdict() | {name: None if share is None else round(share, 4) for name, share in shares.items()}


def _offers(played: Played) -> dict[str, Any]:
    told = lift(played)
    return {"made": played.offers, **told._asdict(), "measured": told.measured, "true": told.true}
