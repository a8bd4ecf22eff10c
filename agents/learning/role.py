"""The learning role as a process: the leader learns from stated risks and publishes models; other workers stand by.

Safe to retry because it keeps nothing: at each start it reads every stated risk again, learns what it had learnt, and publishes only what
the history of the models does not hold.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message

from agents.kafka.reader import LogReader
from agents.learning.adopting import Adopting
from agents.learning.cadence.background import Fits
from agents.published.models import Name, PublishedModels, publish, read
from agents.running.leader import BREATH, Leader, LeaderRole, Round, exist
from agents.running.observed import Readiness, Sample
from agents.running.wall_clock import wall_ms
from agents.settings import Settings
from schemas.models import CadenceModel, LearntWeights
from schemas.topics import BLUEPRINTS, MODELS, PROOFS

log = logging.getLogger(__name__)

GROUP = "sojourn-learning"
STEP = 1_000  # records read between two looks whether to end
FENCED = (KafkaError._FENCED, KafkaError.INVALID_PRODUCER_EPOCH, KafkaError.PRODUCER_FENCED)


class Learning:
    """Reads all stated risks once it leads, and then learns from what comes.

    `begin` makes an `Adopting` that knows nothing yet, under the rules in force; `told` is what was published so far.
    """

    def __init__(self, settings: Settings, lead: Leader, begin: Callable[[], Adopting]) -> None:
        self._settings, self._begin = settings, begin
        self.loop = LeaderRole(lead, self._read)
        self.fits = Fits(settings, lambda model, why: self._publish("cadence", why, cadence=model))
        self.told = PublishedModels()
        self.adopting: Adopting | None = None
        self._warned = False

    def run(self) -> None:
        """Run until `loop.stop` is set. Raises KafkaException, or Refusal if a topic is missing."""
        try:
            self.loop.run()
        finally:
            self.fits.end()

    def readiness(self) -> Readiness:
        """Return whether this worker learns, or another one does."""
        return Readiness(self.loop.status != "reading", self.loop.status)

    def counters(self) -> Iterator[Sample]:
        """Yield the models in force and the fits; what was learnt only while this worker learns."""
        for name, words in self.told.words.items():
            yield Sample("journey_model_version", (name,), max(list(words), default=0))
        yield Sample("journey_cadence_fits_total", (), self.fits.ended)
        yield Sample("journey_cadence_fit_failures_total", (), self.fits.failed)
        yield Sample("journey_cadence_fit_seconds_total", (), self.fits.seconds)
        if (adopting := self.adopting) is not None:
            yield from adopting.counters()

    def _read(self, readers: ExitStack) -> Round | None:
        """Read every model and every stated risk, and learn; None: told to end in the middle of it."""
        self.told = PublishedModels()
        models = readers.enter_context(LogReader(self._settings, MODELS, beginning=True))
        blueprints = readers.enter_context(LogReader(self._settings, BLUEPRINTS))
        proofs = readers.enter_context(LogReader(self._settings, PROOFS, beginning=True))
        exist(models, proofs)
        for message in models.until_end():
            self._hear(message)
        adopting = self._begin()
        if not self._learnt(proofs, adopting):
            return None
        self.adopting = adopting
        readers.callback(self._forget)
        log.info("learnt from %d risks that were proved", adopting.trials.learner.examples)
        return partial(self._round, adopting, proofs, models, blueprints)

    def _round(self, adopting: Adopting, proofs: LogReader, models: LogReader, blueprints: LogReader) -> bool:
        """Learn what is due and what comes; False if other rules came into force, because then everything is learnt anew."""
        self._turn(adopting)
        for message in proofs.live(BREATH):
            adopting.take(_value(message), message.timestamp()[1])
        for message in models.live(0.001):
            self._hear(message)
        return not any(True for _ in blueprints.live(0.001))

    def _learnt(self, proofs: LogReader, adopting: Adopting) -> bool:
        """Learn from what there was; False: told to end in the middle of it."""
        for records, message in enumerate(proofs.until_end(), 1):
            adopting.take(_value(message), message.timestamp()[1])
            if records % STEP == 0:
                adopting.make_room(self.told)
                if not self.loop.leads():
                    return False
        return self._learn_all(adopting)

    def _learn_all(self, adopting: Adopting) -> bool:
        """Learn from what is due, some at a time; False: told to end in the middle of it."""
        while adopting.learn(self.told, wall_ms()):
            if not self.loop.leads():
                return False
        return True

    def _turn(self, adopting: Adopting) -> None:
        """What is due is learnt from; whatever is worth it is published."""
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
        """In force from here on; where somebody else publishes at this moment, another turn looks again whether it is worth it."""
        try:
            word = publish(self._settings, name, cadence=cadence, weights=weights, why=why).word
        except KafkaException as error:
            if error.args[0].code() not in FENCED:
                raise
            log.warning("somebody else publishes a model at this moment: %s waits", name)
            return
        self.told.take(word)
        log.info("%s, version %d, is in force: %s", name, word.version, why)

    def _hear(self, message: Message) -> None:
        if value := _value(message):
            self.told.take(read(value))

    def _forget(self) -> None:
        self.adopting = None


def _value(message: Message) -> bytes:
    value = message.value()
    return value if isinstance(value, bytes) else b""
