"""Diagnoses a cluster (`sojourn doctor`). Each check reports what is wrong, with its cause and its fix.

A check runs whatever the others found, and only for a limited time. The broker is asked first: if none answers, the checks that need it
are skipped. All checks together take less than ten seconds.
"""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable
from importlib.metadata import version

from confluent_kafka import KafkaException

from agents.kafka.admin import Admin, Finding, Group
from agents.kafka.clock_offset import measure
from agents.kafka.reader import count_records
from agents.kafka.refused import ask_brokers, refusal
from agents.published.in_force import standing
from agents.running.build import build_in_words
from agents.settings import Settings
from agents.tools.operating.checking import Report
from agents.tools.operating.inputs import inputs
from agents.tools.operating.read_model import read_model, views
from agents.tools.operating.transactions import ENDS_IT, in_words, open_transactions
from schemas.topics import INTERACTIONS
from streams.blueprints.faults import BlueprintError

_PATIENCE_S = 4.0  # seconds that one check may take
_MAX_SKEW_MS = 300_000  # events up to five minutes ahead of the broker are accepted; a worker's clock must be nearer than that
_STUCK = 1_000  # offsets behind; fewer may be the last quarter of a second
_GROUPS = ("sojourn-ingest", "sojourn-journey")


def diagnose(settings: Settings, clock_offset_ms: int = 0) -> list[Report]:
    """Run all checks, and return a report for each. `clock_offset_ms` is added to this machine's clock, to try a wrong clock."""
    first = _run_checks(settings, {"versions": _versions, "broker": lambda: broker(settings), "read model": lambda: read_model(settings)})
    broker_answers = not any(report.findings for report in first if report.check == "broker")
    later: dict[str, Callable[[], Report]] = {
        "topics": lambda: topics(settings),
        "workers": lambda: workers(settings),
        "rules": lambda: rules(settings),
        "transactions": lambda: transactions(settings),
        "views": lambda: views(settings),
        "inputs": lambda: inputs(settings, time.time_ns() // 1_000_000),
        "clock": lambda: clock(settings, clock_offset_ms),
    }
    if broker_answers:
        return first + _run_checks(settings, later)
    return first + [Report(name, "not checked: no broker answers", ran=False) for name in later]


def broker(settings: Settings) -> Report:
    """Return how many brokers there are, or a finding if none answers."""
    try:
        found = ask_brokers(settings, _PATIENCE_S).brokers
    except KafkaException as error:
        plain = f"no Kafka broker answers at {settings.brokers}: {error.args[0].str()}"
        cause, fix = refusal(error, settings) or (plain, "`sojourn up` starts embedded ones; SOJOURN_BROKERS names yours")
        return Report("broker", "unreachable", [Finding("broker", cause, fix)])
    return Report("broker", f"{len(found)} at {settings.brokers}, {settings.security_protocol}")


def topics(settings: Settings) -> Report:
    """Return a finding for each difference between the topics and the catalogue."""
    with Admin(settings, _PATIENCE_S) as admin:
        findings = admin.check()
    return Report("topics", "as the catalogue says" if not findings else "", findings)


def workers(settings: Settings) -> Report:
    """Return how many workers run and how far they are behind. It is a finding if none runs, or if they do not advance."""
    report = Report("workers")
    with Admin(settings, _PATIENCE_S) as admin:
        earlier = {name: admin.group(name) for name in _GROUPS}
        if any(group.behind > _STUCK for group in earlier.values()):
            time.sleep(1.0)  # do they advance within a second?
        for name, group in earlier.items():
            if group.members == 0:
                report.findings.append(Finding(name, f"no worker runs: {name} has no members", "sojourn worker"))
            elif group.behind > _STUCK and admin.group(name).committed == group.committed:
                cause = f"{name} is {group.behind:,} records behind and has not moved for a second"
                report.findings.append(Finding(name, cause, "look at the worker's log and at /readyz; it may be recovering"))
    report.says = ", ".join(f"{name}: {group.members} running, {_behind(settings, group):,} behind" for name, group in earlier.items())
    return report


def _behind(settings: Settings, group: Group) -> int:
    """Return how many records the group is behind. Few offsets may be transaction markers, so the records behind them are counted."""
    if group.behind > _STUCK:
        return group.behind
    try:
        return sum(count_records(settings, topic, starts) for topic, starts in group.unread().items())
    except KafkaException:
        return group.behind  # the committed offset is older than the log


def transactions(settings: Settings) -> Report:
    """Return a finding for each transaction of somebody else that stays open: nothing behind it can be read."""
    findings = [
        Finding(f"{each.topic} partition {each.partition}", f"{each.records:,} records wait behind {in_words(each)}", ENDS_IT)
        for each in open_transactions(settings)
    ]
    return Report("transactions", "none holds up the stream" if not findings else "", findings)


def rules(settings: Settings) -> Report:
    """Return which blueprint is in force. Findings: partitions still under an older one, and a configured file that differs."""
    try:
        found = standing(settings)
    except BlueprintError as error:
        return Report("rules", "", [Finding(str(settings.blueprint), str(error), "`sojourn blueprint check` names every line")])
    findings = [Finding("rules", cause, fix) for cause, fix in found.findings(settings.blueprint)]
    return Report("rules", found.words, findings)


def clock(settings: Settings, offset_ms: int) -> Report:
    """Return how far this machine's clock is from the broker's. It is a finding if that is surely more than five minutes."""
    with Admin(settings, _PATIENCE_S) as admin:
        if not admin.partitions([INTERACTIONS]):
            return Report("clock", f"not checked: {INTERACTIONS} is needed for it", ran=False)
    skew = measure(settings, INTERACTIONS, lambda: time.time_ns() // 1_000_000 + offset_ms, _PATIENCE_S)
    says = f"{abs(skew.ms) / 1000:,.1f} s {'ahead of' if skew.ms >= 0 else 'behind'} the broker's"
    if abs(skew.ms) - skew.uncertainty_ms <= _MAX_SKEW_MS:
        return Report("clock", says)
    fix = "set it by NTP (timedatectl set-ntp true), here or at the broker: whichever differs from the others"
    return Report("clock", says, [Finding("clock", f"this machine's clock is {says}", fix)])


def _versions() -> Report:
    names = ("faust-streaming", "aiokafka", "confluent-kafka", "kafka-python")
    libraries = [f"{name} {version(name)}" for name in names]
    return Report("versions", ", ".join([build_in_words(), f"Python {platform.python_version()}", *libraries]))


def _run_checks(settings: Settings, checks: dict[str, Callable[[], Report]]) -> list[Report]:
    """Run the checks in parallel, and return their reports. A check that raises or takes too long becomes a finding itself."""
    reports = {
        name: Report(name, "no answer", [Finding(name, "the check took too long", "try again; the brokers may be overloaded")])
        for name in checks
    }

    def run(name: str) -> None:
        try:
            reports[name] = checks[name]()
        except Exception as error:
            plain = f"{type(error).__name__}: {error}", "check the brokers' logs and our rights"
            known = refusal(error, settings) if isinstance(error, KafkaException) else None
            reports[name] = Report(name, "failed", [Finding(name, *(known or plain))])

    threads = [threading.Thread(target=run, args=(name,), daemon=True) for name in checks]
    for thread in threads:
        thread.start()
    give_up = time.monotonic() + _PATIENCE_S + 0.8
    for thread in threads:
        thread.join(max(0.0, give_up - time.monotonic()))
    return [reports[name] for name in checks]
