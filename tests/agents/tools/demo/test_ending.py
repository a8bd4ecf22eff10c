"""A signal ends the demo in time, also where its main thread does not hear it or Python throws the interruption away."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from agents.tools.demo.ending import INTERRUPTED

PATIENCE_S = 60  # for an interpreter on a busy machine; the program itself has WITHIN_S

PROGRAM = """
import signal, sys
from threading import Event
from agents.tools.demo import ending
ending.WITHIN_S = 0.3  # seconds
def ready():
    print("ready", flush=True)
with ending.Ending() as asked:
{body}
sys.exit(7)
"""
THROWN_AWAY = """
    try:
        ready()
        Event().wait()
    except KeyboardInterrupt:
        Event().wait()
"""
DEAF = """
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM])
    try:
        ready()
        Event().wait()  # from here on no handler can run; a signal that comes before is thrown away
    except KeyboardInterrupt:
        Event().wait()
"""
TWICE = """
    try:
        ready()
        Event().wait()
    except KeyboardInterrupt:
        signal.raise_signal(signal.SIGINT)
        sys.exit(8)
"""
EXPECTED = """
    asked.expect()
    ready()
    asked.wait()
"""
EXPECTED_BEFORE = """
    asked.expect()
    signal.raise_signal(signal.SIGINT)
    asked.wait()
    ready()
    Event().wait()
"""


def ended(number: signal.Signals, body: str) -> int:
    """The exit code of a program that is sent this signal as soon as it is ready."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM.format(body=body)], stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            assert program.stdout.readline() == "ready\n"
            program.send_signal(number)
            return program.wait(PATIENCE_S)
        finally:
            program.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("body", [THROWN_AWAY, DEAF], ids=["thrown away", "deaf"])
def test_it_ends_in_time_whatever_became_of_the_interruption(number: signal.Signals, body: str) -> None:
    """Mutants: no second thread; a second thread that the handler tells, which a main thread inside a library does not run."""
    assert ended(number, body) == INTERRUPTED


def test_a_second_signal_does_not_interrupt_the_stopping() -> None:
    assert ended(signal.SIGINT, TWICE) == 8


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_expects_a_signal_is_not_interrupted_by_it(number: signal.Signals) -> None:
    """Mutant: it raises all the same."""
    assert ended(number, EXPECTED) == 7


def test_a_signal_before_the_wait_ends_the_wait_at_once() -> None:
    """The program gets as far as `ready`. Mutant: only what comes during the wait counts."""
    assert ended(signal.SIGINT, EXPECTED_BEFORE) == INTERRUPTED
