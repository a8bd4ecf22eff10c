"""Fits the cadence model at intervals, in a child process, so that a fit delays no answer, no shutdown and no journey.

The child reads the committed journeys, fits, sends its result and ends. It runs at low priority. It ends with its parent, however the
parent ends.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from time import monotonic

import msgspec

from agents.learning.cadence.histories import Buyers, buyers
from agents.published.models import PublishedModels
from agents.running.supervisor import die_with
from agents.settings import Settings
from schemas.control.models import CadenceModel

log = logging.getLogger(__name__)

ENOUGH = 300  # customers who bought on a second day; with fewer the parameters are too uncertain [ours]
BETTER_BY = 2.0  # gain of log-likelihood over the model in force that is worth publishing: Akaike's "substantially"
FIRST_S = 20.0  # seconds until the first fit, at most; not at once: a fit takes a core for seconds, and other roles are starting
SOONER = 24  # until there is a first model, a fit is tried so many times per interval
LONGEST = 3_600.0  # seconds a fit may take
YIELDING = 10  # niceness
_SPAWN = multiprocessing.get_context("spawn")  # a fork would take the Kafka clients' locks and sockets with it


class Outcome(msgspec.Struct, frozen=True):
    """The result of a fit."""

    came_back: int  # customers who bought on a second day
    model: CadenceModel | None = None  # None: too few of them, or no maximum
    before: float | None = None  # log-likelihood of the same histories under the model in force; None: no model is in force
    why: str = ""  # why there is no model
    failed: str = ""  # the error that ended the fit

    def worth_publishing(self) -> bool:
        """Return whether the model is the first one, or better than the one in force by `BETTER_BY`.

        >>> model = CadenceModel(family="mbg_nbd", parameters=(1, 1, 1, 1), customers=900, purchases=9, log_likelihood=-100.0)
        >>> [Outcome(400, model, before).worth_publishing() for before in (None, -101.5, -103.0)]
        [True, False, True]
        """
        return self.model is not None and (self.before is None or self.model.log_likelihood > self.before + BETTER_BY)

    def reason(self) -> str:
        """Return in words why the model is published, or why there is none."""
        if self.model is None:
            return self.why
        gained = "" if self.before is None else f", log-likelihood better by {self.model.log_likelihood - self.before:.1f}"
        return f"fitted to {self.model.customers} customers{gained}"


@dataclass
class _UnderWay:
    child: SpawnProcess
    answer: Connection
    begun: float  # monotonic seconds


class Fits:
    """Begins a fit when it is due, and publishes a better model with `publish`. `turn` never waits for a fit."""

    def __init__(self, settings: Settings, publish: Callable[[CadenceModel, str], None], least: int = ENOUGH) -> None:
        self._settings, self._publish, self._least = settings, publish, least
        self._interval_s = settings.cadence_interval_ms / 1000
        self._due = monotonic() + min(FIRST_S, self._interval_s / SOONER)
        self._under_way: _UnderWay | None = None
        self.ended, self.failed, self.seconds = 0, 0, 0.0

    def turn(self, told: PublishedModels) -> None:
        """Begin a fit if one is due, or look whether one has ended.

        If an operator has taken the last model out of force, no other is fitted: the operator decides.
        """
        if self._under_way is not None:
            self._check_fit(self._under_way, told)
        elif monotonic() >= self._due and (told.cadence is not None or not told.version("cadence")):
            self._under_way = self._begin(told.cadence)

    def end(self) -> None:
        """Kill the child process, if there is one."""
        if self._under_way is not None:
            self._under_way.child.kill()
            self._close(self._under_way)

    def _begin(self, in_force: CadenceModel | None) -> _UnderWay:
        answer, said = _SPAWN.Pipe(duplex=False)
        os.putenv("OPENBLAS_NUM_THREADS", "1")  # for the child: fits are small, and more threads would only wait for each other
        child = _SPAWN.Process(target=_fit, args=(said, self._settings, in_force, self._least, os.getpid()), name="cadence", daemon=True)
        child.start()
        said.close()
        return _UnderWay(child, answer, monotonic())

    def _check_fit(self, under_way: _UnderWay, told: PublishedModels) -> None:
        try:
            if not under_way.answer.poll(0):
                if monotonic() - under_way.begun > LONGEST:
                    log.warning("a cadence fit took longer than %.0f s and was given up", LONGEST)
                    under_way.child.kill()
                return
            found = msgspec.msgpack.decode(under_way.answer.recv_bytes(), type=Outcome)
        except EOFError:
            found = Outcome(0, failed="its process ended without a result")
        self._close(under_way)
        self._due = monotonic() + self._interval_s / (1 if told.version("cadence") else SOONER)
        if found.failed:
            self.failed += 1
            log.warning("a cadence fit failed: %s; the next one is tried in its time", found.failed)
        else:
            self._publish_if_better(found)

    def _close(self, under_way: _UnderWay) -> None:
        under_way.child.join()
        under_way.answer.close()
        self._under_way = None
        self.seconds += monotonic() - under_way.begun

    def _publish_if_better(self, found: Outcome) -> None:
        self.ended += 1
        if found.model is None:
            log.info("no cadence model yet: %s", found.why)
        elif found.worth_publishing():
            self._publish(found.model, found.reason())
            self._due = monotonic() + self._interval_s


def _fit(said: Connection, settings: Settings, in_force: CadenceModel | None, least: int, parent: int) -> None:
    """Run a fit and send its result or its error: the main function of the child.

    The child writes nothing: standard error is the parent's log, where each line has the parent's form.
    """
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C and ends the child
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        found = _run_fit(settings, in_force, least)
    except Exception as error:  # the parent tells it
        place = traceback.extract_tb(error.__traceback__)[-1]
        found = Outcome(0, failed=f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})")
    said.send_bytes(msgspec.msgpack.encode(found))


def _run_fit(settings: Settings, in_force: CadenceModel | None, least: int) -> Outcome:
    """Read the purchases from the changelog of the journeys, at low priority, and fit a model to them."""
    os.nice(YIELDING)
    return fitted(buyers(settings), in_force, least)


def fitted(bought: Buyers, in_force: CadenceModel | None, least: int = ENOUGH) -> Outcome:
    """Fit MBG/NBD and return the result. This family has a closed form, because it is scored at every purchase.

    It also holds for customers who bought only once. Only who fits imports the fit: NumPy and SciPy take seconds to load, and the role
    must not wait for them at its start.
    """
    from agents.learning.cadence.fitting import MBG_NBD, fit, log_likelihood  # noqa: PLC0415

    if bought.came_back < least:
        return Outcome(bought.came_back, why=f"{bought.came_back} customers bought on a second day, of {least} that are needed")
    histories = bought.histories()
    try:
        model = fit(MBG_NBD, histories, bought.until)
    except ValueError as error:
        return Outcome(bought.came_back, why=str(error))
    before = None if in_force is None else log_likelihood(in_force, histories)
    return Outcome(bought.came_back, model, before)
