"""The score: what counts as found, what as a false alarm, and one small world from end to end."""

from __future__ import annotations

from typing import Any

from agents.world.company import DAY, HOUR
from agents.world.scoring.alarms import Alarm
from agents.world.scoring.matching import findings, qualities, told_by
from agents.world.scoring.playing import Claim, Played, play
from agents.world.scoring.report import report
from agents.world.scoring.risks import Area, Thumb, ranking

START = 20_094 * DAY
ROW = {
    "truth": "incident", "name": "gateway", "from": START, "to": START + 2 * DAY, "found_by": ["payment_failed@web"],
    "follows": ["checkout_abandoned@"], "silent": [], "seen": "payments fail",
}  # fmt: skip
TRAP = {"truth": "trap", "name": "sale", "from": START + 10 * DAY, "to": START + 11 * DAY}


def _alarm(name: str, channel: str, day: int, hour: int = 12) -> Alarm:
    return Alarm(name, channel, "", START + day * DAY + hour * HOUR, START + day * DAY, START + day * DAY + 20 * HOUR, "words")


def test_an_incident_is_found_by_the_first_alarm_that_names_it() -> None:
    (found,), false = findings([ROW], [_alarm("payment_failed", "web", 1), _alarm("payment_failed", "web", 0, 5)])
    assert (found.found, found.after, false) == (True, 5.0, [])


def test_a_consequence_is_right_and_does_not_find_the_incident() -> None:
    (found,), false = findings([ROW], [_alarm("checkout_abandoned", "app", 0)])
    assert (found.found, len(found.others), false) == (False, 1, [])


def test_an_alarm_elsewhere_or_at_another_time_is_false_and_its_trap_is_named() -> None:
    """Mutant: alarms matched by name alone."""
    alarms = [_alarm("payment_failed", "app", 0), _alarm("payment_failed", "web", 8), _alarm("rage_click", "web", 10)]
    (found,), false = findings([ROW, TRAP], alarms)
    assert not found.found
    assert [one.trap for one in false] == ["", "", "sale"]


def test_an_incident_that_calls_for_silence_is_found_by_it() -> None:
    row = {**ROW, "found_by": [], "silent": ["negative_review@"]}
    (kept,), _ = findings([row], [])
    (deceived,), false = findings([row], [_alarm("negative_review", "web", 0)])
    assert (kept.found, deceived.found, len(false)) == (True, False, 1)


def _friction(customer: str, at: int) -> dict[str, Any]:
    return {"truth": "friction", "detector": "rage_click", "customer": customer, "at": at, "by": ""}


def test_recall_and_precision_count_planted_and_raised_frictions() -> None:
    """A friction of a cookie is its owner's; one that was taken back counts for nothing. Mutant: ids that are not resolved."""
    truths = [{"truth": "customer", "customer": "c1", "ids": ["anon:1"]}, _friction("anon:1", START), _friction("c2", START)]
    claims = [
        Claim("rage_click", "c1", START, "", "s1", repeated=False),
        Claim("rage_click", "c3", START, "", "s2", repeated=False),
        Claim("rage_click", "c4", START, "", "s3", repeated=False),
    ]
    (quality,) = qualities(truths, claims, {"s3"}, START + DAY, told_by([]))
    assert (quality.planted, quality.recalled, quality.raised, quality.right) == (2, 1, 2, 1)


def test_whoever_was_stopped_before_the_alarm_does_not_count() -> None:
    """Mutant caught: `told_by` asks for the name alone, so an alarm of another place counts."""
    alarm = _alarm("step_blocked", "web", 0, hour=6)._replace(place="/pay")
    truths = [
        {**_friction("c1", START + hour * HOUR), "detector": "stopped_here", "channel": "web", "place": place}
        for hour, place in ((3, "/pay"), (7, "/pay"), (7, "/cart"))
    ]
    (quality,) = qualities(
        truths, [Claim("stopped_here", "c1", START + 7 * HOUR, "/pay", "s1", repeated=False)], set(), START + DAY, told_by([alarm])
    )
    assert (quality.planted, quality.recalled, quality.raised, quality.right) == (1, 1, 1, 1)


def test_where_nothing_is_planted_no_precision_is_told() -> None:
    """Mutant caught: a share of what was raised."""
    (quality,) = qualities([], [Claim("out_of_rhythm", "c1", START, "", "s1", repeated=False)], set(), START + DAY, told_by([]))
    assert (quality.raised, quality.recall, quality.precision) == (1, None, None)


def test_a_small_world_is_scored_from_end_to_end() -> None:
    """The same friction is told by the world, and found by the detectors, over the same bytes that `world make` writes."""
    told = report(play(2, 46, 80, answers=True))
    by_name = {one["detector"]: one for one in told["detectors"]}
    assert told["rejected"] == 0
    assert [one["name"] for one in told["incidents"]] == ["payment_gateway", "app_checkout_loop"]
    assert by_name["rage_click"]["planted"] > 2
    assert by_name["rage_click"]["recall"] > 0.9
    assert by_name["rage_click"]["precision"] > 0.9
    assert told["offers"]["made"] > 0
    assert told["risk"]["customers"] > 40


def test_risks_are_ranked_beside_the_hidden_chance_and_beside_what_was_bought() -> None:
    """Forty customers; ten leave. Mutants caught: those who had left before count; a purchase under another id is not seen.

    A rule of thumb ranks the same customers. Mutant caught: it ranks those who had left before.
    """
    people: list[dict[str, Any]] = [
        {"truth": "customer", "customer": f"c{n}", "ids": [f"anon:{n}"], "joined": 0, "left": 40 if n < 10 else -1} for n in range(40)
    ]
    hidden: list[dict[str, Any]] = [{"truth": "hidden", "customer": f"c{n}", "day": 28, "hazard": 0.1 - n / 1000} for n in range(40)]
    gone = [{**people[0], "customer": "gone", "ids": [], "left": 20}, {**hidden[0], "customer": "gone"}]
    played = Played(truths=[*people, *hidden, *gone], judged=30, risks={f"c{n}": n / 40 for n in range(40)} | {"gone": 1.0})
    played.bought = {f"anon:{n}" for n in range(20)} | {"c20"}
    played.thumbs = {"a rule": {f"c{n}": 40.0 - n for n in range(40)} | {"gone": 99.0}}
    told = ranking(played)
    assert told.thumbs == (Thumb("a rule", Area(1, 1, 1), Area(0, 0, 0)),)
    assert (told.customers, told.left, told.bought_nothing) == (40, 10, 19)
    assert (told.perfect, told.risk, told.risk_of_that) == (Area(1, 1, 1), Area(0, 0, 0), Area(1, 1, 1))
