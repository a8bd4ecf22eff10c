"""What a role says of itself: figures, health and readiness, asked as Prometheus and Kubernetes ask."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import cast, get_args

import msgspec
import pytest
from confluent_kafka import Consumer, KafkaError
from prometheus_client.parser import text_string_to_metric_families

from agents.carrier import Assignment
from agents.carrier.blocked import Blocked
from agents.carrier.watchdog import Watchdog
from agents.insights.role import InsightsRole
from agents.insights.totals import Insights
from agents.learning.adopting import Adopting
from agents.learning.drift import COMPARED
from agents.learning.role import Learning
from agents.learning.trials import Trials
from agents.learning.weights import shipped
from agents.observing.carried import Carried, of_job
from agents.observing.health import PATHS, serve
from agents.observing.metrics import LATENCY, ROWS, Row, exposition
from agents.observing.witness import BLIND, Beginning, Witness, blindness
from agents.running.access import Access
from agents.running.leader import Leader
from agents.running.observed import Name, Observed, Readiness, Sample
from agents.serving.layouts import Layouts
from agents.serving.role import Serving, Views
from agents.serving.rules_in_force import InForce
from agents.settings import Settings
from schemas.control import ModelPublished, Tick
from schemas.control.models import BASIS
from schemas.outputs.signals import RiskProved, RiskStated
from schemas.writing import encode, rfc3339
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.in_force import Rulebook
from streams.state.aggregates import Aggregates
from streams.story import story
from tests.agents.carrier.fakes import options
from tests.agents.lab import Lab, record_of

RAGE = "\n".join(f"{n}00ms web clicked /pay target=buy" for n in range(4))
TROUBLE = "\n1s web payment_failed /pay payment=z1 id=z1"  # an offer repairs it, so it asks for a decision


def witness_of(lab: Lab) -> Witness:
    return Witness("journey", "worker-1", Carried("journey", lab.job, lab.ledger))


def serving() -> Serving:
    rules = Rules()
    in_force = InForce(Rulebook(rules), lambda _partition: None)
    made = Serving(cast(Consumer, None), cast(Views, None), in_force, Layouts(rules.codec, lambda _partition: None), lambda: "log-1")
    made.access.grant()
    return made


class Unheard:
    """What is published goes nowhere."""

    def publish(self, insight: str, value: bytes | None) -> None:
        """Nobody reads it."""

    def tell(self, norm: bytes) -> None:
        """Nobody hears it."""

    def flush(self) -> None:
        """There is nothing to wait for."""


class Member:
    """A consumer that is a member of its group and may read."""

    def __init__(self) -> None:
        self.access = Access("group", "topic")
        self.access.grant()


def adding() -> InsightsRole:
    agent = InsightsRole(Settings(), cast(Leader, Member()), lambda: Insights(Unheard(), lambda _partition: Blueprint()))
    agent.insights = agent.begin()
    return agent


def learning() -> Learning:
    """A role that has learnt from enough stated risks to say how they fared, and how the world has changed."""
    rules, role = Rules(), Learning(Settings(), cast(Leader, Member()), lambda: cast(Adopting, None))
    role.adopting = adopting = Adopting(Trials(shipped(), rules.blueprint.bias, 60.0), 60.0, settling_ms=0)
    for number in range(2 * COMPARED):
        customer, at, nth = f"c{number}", rfc3339(number), number % 7
        risk, strengths = 0.2 + nth / 10, {"idle": float(nth)}
        stated = RiskStated(id="s", customer=customer, at=at, horizon_days=60.0, risk=risk, prior=0.1, strengths=strengths, basis=BASIS)
        proved = RiskProved(id="p", customer=customer, at=rfc3339(number + 1), stated=at, horizon_days=60.0, left=number % 10 < 2 + nth)
        for output in (stated, proved):
            adopting.take(msgspec.json.encode(output), number)
    adopting.learn(role.told, 2 * COMPARED, most=2 * COMPARED)
    return role


def figures(witness: Witness) -> dict[tuple[str, ...], float]:
    """Every sample by its name and its label values, in the order of the labels' names."""
    families = text_string_to_metric_families(exposition(witness).decode())
    return {(s.name, *(s.labels[label] for label in sorted(s.labels))): s.value for family in families for s in family.samples}


def test_every_declared_name_has_one_row_and_every_row_is_declared() -> None:
    names = [row.name for row in ROWS]
    assert sorted(names) == sorted(get_args(Name))
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_says_what_it_is_and_has_no_customer_for_a_label(row: Row) -> None:
    assert row.name.startswith("journey_")
    assert row.says
    assert not {"customer", "key", "id"} & set(row.labels)


def test_every_row_has_a_source_in_some_role() -> None:
    """Mutant: a row that reads what nobody writes."""
    lab = Lab()
    lab.tell(story(RAGE + TROUBLE))
    lab.feed(record_of(story(RAGE)[0], value=b"{"))
    lab.commit()
    lab.ledger.lag, lab.ledger.blocked = {0: 3}, {0: Blocked(7, 2, monotonic())}
    lab.job.masked["token"] += 1
    lab.job.silences.counts["rage_click"] += 1
    lab.job.book["offer", "own_brand_basket", ""] += 1
    lab.partition().body.shared.aggregates = Aggregates(room={"place": 1})
    for place in ("/", "/new", "/new"):
        lab.partition().body.shared.aggregates.row(("place", "2923", "web", "using", place), seen=True).count("volume")
    for sort in ("passed", "masked"):  # the ingest role counts these in its own book
        lab.job.book[sort, "name", ""] += 1
    lab.feed(record_of(story(RAGE)[0], value=encode(story(RAGE)[0])[:-1] + b',"page":7}'))
    lab.commit()
    unread = serving()
    unread.undecodable.counts["journey.models.v1"] += 1
    roles: dict[str, Observed] = {
        "journey": Carried("journey", lab.job, lab.ledger),
        "serving": unread,
        "insights": adding(),
        "learning": learning(),
    }
    seen = [Witness(role, "worker-1", observed, lags=lambda: {("journey", 0): 7}) for role, observed in roles.items()]
    spoken = {sample.name for witness in seen for sample in witness.samples()}
    assert spoken == {LATENCY, *(row.name for row in ROWS)}


def test_names_that_are_not_kept_apart_are_counted_by_sort() -> None:
    lab = Lab()
    lab.partition().body.shared.aggregates = aggregates = Aggregates(room={"place": 1})
    for place in ("/", "/a", "/b", "/new", "/new", "/new", "/new"):
        aggregates.row(("place", "2923", "web", "using", place), seen=True).count("volume")
    found = figures(witness_of(lab))
    assert found["journey_names_pushed_out_total", "0", "place"] == 1
    assert (
        found["journey_names_other_total", "0", "place"]
        == sum(row.counts["volume"] for key, row in aggregates.rows.items() if key[-1] == "other") - 1
    )  # the row of the name that was pushed out


def test_a_figure_has_a_value_for_each_label_of_its_row() -> None:
    """Mutant: a label's value left out."""
    lab = Lab()
    lab.tell(story(RAGE))
    labels = {row.name: row.labels for row in ROWS}
    for observed in (Carried("journey", lab.job, lab.ledger), serving(), adding(), learning()):
        witness = Witness("journey", "worker-1", observed, lags=lambda: {("serving", 1): 3})
        samples = [sample for sample in witness.samples() if isinstance(sample, Sample)]
        assert [len(sample.labels) for sample in samples] == [len(labels[sample.name]) for sample in samples]


def test_a_job_says_what_it_has_counted_while_its_broker_does_not_answer() -> None:
    job = Lab().job
    job.book["rejection", "unreadable_json", ""] += 1
    witness = Witness("journey", "worker-1", Beginning(partial(of_job, "journey", job)))
    assert witness.observed.readiness().reasons == ("the broker has not answered yet",)
    found = figures(witness)
    assert (found["journey_clock_clamped_total", "journey"], found["journey_rejections_total", "unreadable_json"]) == (0, 1)
    assert found["journey_ready", "journey"] == 0


def test_the_figures_are_what_happened() -> None:
    lab = Lab()
    lab.tell([*story(RAGE), *story(RAGE + TROUBLE)])
    lab.feed(record_of(story(RAGE)[0], value=b"{"))
    lab.steer(Tick(customer="c1", due=1), key=b"c1")
    lab.commit()
    lab.ledger.lag = {0: 3}
    found = figures(witness_of(lab))
    assert found["journey_events_total", "applied", "0", "journey"] == 5
    assert found["journey_events_total", "duplicate", "0", "journey"] == 4
    assert found["journey_events_total", "rejected", "0", "journey"] == 1
    assert found["journey_rejections_total", "unreadable_json"] == 1
    assert found["journey_signals_total", "friction", "rage_click"] == 1
    assert sum(count for name, count in found.items() if name[0] == "journey_decisions_total") == 1
    assert found["journey_consumer_lag", "0", "journey.touchpoints.v1"] == 3
    assert found["journey_journeys", "0"] == 1
    assert found["journey_commits_total", "journey"] == 1
    assert found["journey_wakes_waiting", "0"] == 1
    assert found["journey_ready", "journey"] == 1


def test_the_latency_of_decisions_is_a_histogram() -> None:
    lab = Lab()
    lab.job.latency.observe([1_000, 9_800], now=10_000)
    found = figures(witness_of(lab))
    assert found[f"{LATENCY}_bucket", "0.25"] == 1
    assert found[f"{LATENCY}_bucket", "+Inf"] == found[f"{LATENCY}_count",] == 2


def test_no_customer_is_in_any_figure() -> None:
    lab = Lab()
    lab.tell(story(RAGE, "secret-name"))
    lab.commit()
    assert b"secret-name" not in exposition(witness_of(lab))


def get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_three_paths_answer_and_no_other() -> None:
    port = serve(witness_of(Lab()), "127.0.0.1", 0)
    assert port > 0
    assert {path: get(port, path)[0] for path in PATHS} == {"/metrics": 200, "/healthz": 200, "/readyz": 200}
    assert get(port, "/tables")[0] == get(port, "/")[0] == 404


def test_readiness_follows_the_ledger_and_gives_reasons() -> None:
    lab = Lab()
    port = serve(witness_of(lab), "127.0.0.1", 0)
    assert get(port, "/readyz")[0] == 200
    lab.ledger.revoke()
    status, body = get(port, "/readyz")
    assert status == 503
    assert json.loads(body) == {
        "role": "journey", "ready": False, "status": "rebalancing", "reasons": ["the group is distributing its partitions"],
    }  # fmt: skip
    assert get(port, "/healthz")[0] == 200


def test_a_worker_without_partitions_is_ready() -> None:
    lab, empty = Lab(), Assignment(2, "member-1", frozenset())
    lab.ledger.revoke()
    lab.ledger.assign(empty)
    lab.ledger.open_gates(empty, {})
    assert witness_of(lab).observed.readiness() == Readiness(True, "running")


def test_health_is_the_watchdogs_word() -> None:
    """Mutants: a process whose watchdog is dead says that it is well; looks that nobody notes make every worker sick after 30 s."""
    lab = Lab()
    watchdog = Watchdog(lab.ledger, options(), "topic-id")
    witness = Witness("journey", "worker-1", Carried("journey", lab.job, lab.ledger), partial(blindness, watchdog))
    assert witness.sick() == ""
    watchdog.looked_at = monotonic() - BLIND - 1
    assert "watchdog" in witness.sick()
    assert get(serve(witness, "127.0.0.1", 0), "/healthz")[0] == 503
    watchdog._look()
    assert witness.sick() == ""


def test_insights_are_ready_when_they_have_read_what_there_is_and_where_another_worker_adds_up() -> None:
    agent = adding()
    witness = Witness("insights", "worker-1", agent)
    assert witness.observed.readiness() == Readiness(True, "waiting")
    agent.loop.status = "reading"
    assert not witness.observed.readiness().ready
    agent.loop.status = "running"
    assert witness.observed.readiness() == Readiness(True, "running")


def test_learning_says_how_stated_risks_fared() -> None:
    """Mutants: the slope where Brier's score belongs; versions that nobody has told."""
    role = learning()
    role.told.take(ModelPublished(name="weights", version=3))
    witness = Witness("learning", "worker-1", role)
    found = figures(witness)
    assert found["journey_learning_examples",] == 2 * COMPARED
    assert (found["journey_model_version", "weights"], found["journey_model_version", "cadence"]) == (3, 0)
    assert 0.1 < found["journey_learning_brier",] < 0.25
    assert found["journey_learning_slope",] == pytest.approx(1, abs=0.1)
    assert found["journey_learning_drift", "idle"] < 0.2
    assert witness.observed.readiness() == Readiness(True, "waiting")
    role.loop.status = "reading"
    assert not witness.observed.readiness().ready


def test_serving_is_not_ready_while_redis_is_away_and_healthy_all_the_same() -> None:
    agent = serving()
    witness = Witness("serving", "worker-1", agent)
    assert witness.observed.readiness().ready
    agent.down_since, agent.trouble = monotonic() - 7, "does not answer"
    assert witness.observed.readiness() == Readiness(False, "waiting", ("for 7 s Redis does not answer",))
    assert witness.sick() == ""


def test_no_role_is_ready_without_its_brokers_and_each_is_healthy_all_the_same() -> None:
    """Mutants: the role's own word alone; a metric that says otherwise than /readyz."""
    for observed in (Carried("journey", Lab().job, Lab().ledger), serving(), adding(), learning()):
        witness = Witness("role", "worker-1", observed, away=lambda: "no answer from Kafka at k:1 for 9 s")
        found = json.loads(PATHS["/readyz"](witness).body)
        assert (PATHS["/readyz"](witness).status, found["status"]) == (503, "waiting")
        assert found["reasons"][0] == "no answer from Kafka at k:1 for 9 s"
        assert figures(witness)["journey_ready", "role"] == 0
        assert PATHS["/healthz"](witness).status == 200


def test_a_role_that_begins_without_its_brokers_gives_one_reason() -> None:
    witness = Witness("journey", "worker-1", away=lambda: "no answer from Kafka")
    assert witness.readiness() == Readiness(False, "waiting", ("no answer from Kafka",))


@pytest.mark.parametrize("role", [serving, adding, learning])
def test_a_role_without_its_right_is_not_ready_and_names_it(role: Callable[[], Serving | InsightsRole | Learning]) -> None:
    """Mutant: a denial that only the client library sees: ready for ever, and not one line."""
    observed = role()
    access = observed.access if isinstance(observed, Serving) else observed.loop._lead.access
    access.note(KafkaError(KafkaError.GROUP_AUTHORIZATION_FAILED))
    found = observed.readiness()
    assert (found.ready, found.status) == (False, "waiting")
    assert "needs READ on topic" in found.reasons[0]
    access.grant()
    assert observed.readiness().ready
