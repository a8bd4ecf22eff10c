"""The loop of the learning role: the leader learns from stated risks and publishes models; other workers wait.

Safe to repeat, because the role stores nothing. At each start it reads every stated risk again, learns the same, and publishes only
what was not published before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message

from agents.kafka.reader import LogReader
from agents.kafka.undecodable import Undecodable
from agents.learning.adopting import Adopting
from agents.learning.cadence.background import Fits
from agents.published.models import Name, PublishedModels, publish, read
from agents.running.leader import BREATH, Leader, LeaderRole, Round, exist
from agents.running.observed import Readiness, Sample, by_topic
from agents.running.wall_clock import wall_ms
from agents.settings import Settings
from schemas.control.models import CadenceModel, LearntWeights
from schemas.topics import BLUEPRINTS, MODELS, PROOFS

log = logging.getLogger(__name__)

GROUP = "sojourn-learning"
STEP = 1_000  # records read between two checks whether to end
FENCED = (KafkaError._FENCED, KafkaError.INVALID_PRODUCER_EPOCH, KafkaError.PRODUCER_FENCED)


class Learning:
    """Reads all stated risks when this worker becomes the leader, and then learns from those that come.

    `begin` returns a new `Adopting` under the rules in force. `told` has the models published so far.
    """

    def __init__(self, settings: Settings, lead: Leader, begin: Callable[[], Adopting]) -> None:
        self._settings, self._begin = settings, begin
        self.loop = LeaderRole(lead, self._read)
        self.fits = Fits(settings, lambda model, why: self._publish("cadence", why, cadence=model))
        self.told = PublishedModels()
        self.adopting: Adopting | None = None
        self._undecodable = Undecodable()
        self._warned = False

    def run(self) -> None:
        """Run until `loop.stop` is set. Raises KafkaException, or Refusal if a topic is missing."""
        try:
            self.loop.run()
        finally:
            self.fits.end()

    def readiness(self) -> Readiness:
        """Return the readiness of the loop."""
        return self.loop.readiness()

    def counters(self) -> Iterator[Sample]:
        """Yield figures of the published models and the fits, and of what was learnt while this worker leads."""
        for name, words in self.told.words.items():
            yield Sample("journey_model_version", (name,), max(list(words), default=0))
        yield Sample("journey_cadence_fits_total", (), self.fits.ended)
        yield Sample("journey_cadence_fit_failures_total", (), self.fits.failed)
        yield Sample("journey_cadence_fit_seconds_total", (), self.fits.seconds)
        yield from by_topic("journey_undecodable_total", self._undecodable.counts)
        if (adopting := self.adopting) is not None:
            yield from adopting.counters()

    def _read(self, readers: ExitStack) -> Round | None:
        """Read all models and all stated risks, and learn. Return the round to repeat, or None if told to end before that was done."""
        self.told = PublishedModels()
        models = readers.enter_context(LogReader(self._settings, MODELS, beginning=True))
        blueprints = readers.enter_context(LogReader(self._settings, BLUEPRINTS))
        proofs = readers.enter_context(LogReader(self._settings, PROOFS, beginning=True))
        exist(models, proofs)
        for message in models.until_end():
            self._undecodable.take(message, self._add_model)
        adopting = self._begin()
        if not self._learn_history(proofs, adopting):
            return None
        self.adopting = adopting
        readers.callback(self._forget)
        log.info("learnt from %d risks that were proved", adopting.trials.learner.examples)
        return partial(self._round, adopting, proofs, models, blueprints)

    def _round(self, adopting: Adopting, proofs: LogReader, models: LogReader, blueprints: LogReader) -> bool:
        """Learn from what is due and publish; then read what comes. Return False if a blueprint was published: then learn all again."""
        self._learn_and_publish(adopting)
        for message in proofs.live(BREATH):
            self._undecodable.take(message, partial(_learn_from, adopting))
        self.loop.note(proofs)
        for message in models.live(0.001):
            self._undecodable.take(message, self._add_model)
        return not any(True for _ in blueprints.live(0.001))

    def _learn_history(self, proofs: LogReader, adopting: Adopting) -> bool:
        """Read all stated risks and learn from them. Return False if told to end before that was done."""
        for records, message in enumerate(proofs.until_end(), 1):
            self._undecodable.take(message, partial(_learn_from, adopting))
            if records % STEP == 0:
                adopting.make_room(self.told)
                if not self.loop.leads():
                    return False
        return self._learn_all(adopting)

    def _learn_all(self, adopting: Adopting) -> bool:
        """Learn from all that is due, some examples at a time. Return False if told to end before that was done."""
        while adopting.learn(self.told, wall_ms()):
            if not self.loop.leads():
                return False
        return True

    def _learn_and_publish(self, adopting: Adopting) -> None:
        """Learn from what is due. Publish the weights that are worth it. Begin or check a fit of the cadence model."""
        if not self._learn_all(adopting):
            return
        weights = adopting.worth_publishing(self.told)
        if weights is not None and weights.trial is not None:
            low, high = weights.trial.better_by
            self._publish(
                "weights", f"log loss better by {low:.4f} to {high:.4f} on {weights.trial.learnt.examples} customers", weights=weights
            )
        if adopting.trials.worse_than_priors and not self._warned:
            log.warning("what was learnt does worse than the shipped priors; `sojourn models fall-back weights` takes it back")
        self._warned = adopting.trials.worse_than_priors
        self.fits.turn(self.told)

    def _publish(self, name: Name, why: str, cadence: CadenceModel | None = None, weights: LearntWeights | None = None) -> None:
        """Publish a model. If somebody else publishes at the same time, do nothing: a later round decides again."""
        try:
            word = publish(self._settings, name, cadence=cadence, weights=weights, why=why).word
        except KafkaException as error:
            if error.args[0].code() not in FENCED:
                raise
            log.warning("somebody else publishes a model at this moment: %s waits", name)
            return
        self.told.take(word)
        log.info("%s, version %d, is in force: %s", name, word.version, why)

    def _add_model(self, message: Message) -> None:
        if value := _value(message):
            self.told.take(read(value))

    def _forget(self) -> None:
        self.adopting = None


def _learn_from(adopting: Adopting, message: Message) -> None:
    adopting.take(_value(message), message.timestamp()[1])


def _value(message: Message) -> bytes:
    value = message.value()
    return value if isinstance(value, bytes) else b""
