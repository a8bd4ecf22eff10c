"""The models that were ever published, and how another one is: its word, which carries it, in every partition of the log at once.

`journey.models.v1` holds every word under its name and version, for people and for the learning role; no worker needs it, as the log
of touchpoints alone puts a model in force.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias, get_args

import msgspec

from agents.kafka.control_producer import alone, announce
from agents.kafka.reader import LogReader
from agents.settings import Settings
from schemas.control import ModelPublished
from schemas.models import CadenceModel, LearntWeights
from schemas.topics import MODELS

PUBLISHER = "sojourn-models"  # the transactional name of whoever publishes
NOBODY = b"model-published"
Name: TypeAlias = Literal["cadence", "weights"]
NAMES: tuple[Name, ...] = get_args(Name)


@dataclass
class PublishedModels:
    """Every word about models, by name and version.

    >>> told = PublishedModels()
    >>> told.take(ModelPublished(name="weights", version=2)); told.take(ModelPublished(name="weights", version=1))
    >>> told.version("weights"), told.newest("cadence")
    (2, None)
    """

    words: dict[Name, dict[int, ModelPublished]] = field(default_factory=lambda: {name: {} for name in NAMES})

    def take(self, word: ModelPublished) -> None:
        """One more word."""
        self.words[word.name][word.version] = word

    def newest(self, name: Name) -> ModelPublished | None:
        """What was said last, be it that none is in force any more; None: nothing ever was."""
        return self.words[name].get(self.version(name))

    def version(self, name: Name) -> int:
        """The newest version; 0: none."""
        return max(self.words[name], default=0)

    @property
    def cadence(self) -> CadenceModel | None:
        """The cadence model in force by the log."""
        word = self.newest("cadence")
        return word.cadence if word else None

    @property
    def weights(self) -> LearntWeights | None:
        """The learnt weights in force by the log; None: the priors are."""
        word = self.newest("weights")
        return word.weights if word else None

    def history(self) -> list[ModelPublished]:
        """Every word, by name, the oldest first."""
        return [self.words[name][version] for name in NAMES for version in sorted(self.words[name])]


class Spoken(NamedTuple):
    """What was said to every partition; `again`: it had been said before."""

    word: ModelPublished
    partitions: int
    again: bool


def key_of(word: ModelPublished) -> bytes:
    """The key of its entry.

    >>> key_of(ModelPublished(name="weights", version=3))
    b'weights/00000003'
    """
    return f"{word.name}/{word.version:08d}".encode()


def read(value: bytes) -> ModelPublished:
    """A word as it lies in the topic."""
    return msgspec.json.decode(value, type=ModelPublished)


def read_told(settings: Settings) -> PublishedModels:
    """Everything published up to now. Raises KafkaException, and LookupError where the topic does not exist."""
    told = PublishedModels()
    with LogReader(settings, MODELS, beginning=True) as reader:
        if not reader.partitions():
            raise LookupError(f"topic {MODELS} does not exist")
        for message in reader.until_end():
            if isinstance(value := message.value(), bytes):
                told.take(read(value))
    return told


def publish(
    settings: Settings, name: Name, *, cadence: CadenceModel | None = None, weights: LearntWeights | None = None, why: str = ""
) -> Spoken:
    """From here on in the log this model is in force, or none where none is given. What is in force already is said again, under its own
    version. Raises KafkaException, with nothing changed or everything.
    """
    with alone(settings, PUBLISHER) as producer:
        newest = read_told(settings).newest(name)
        again = newest is not None and (newest.cadence, newest.weights) == (cadence, weights)
        version = newest.version + 1 if newest else 1
        word = newest if newest and again else ModelPublished(name=name, version=version, cadence=cadence, weights=weights, why=why)
        return Spoken(word, announce(settings, producer, word, MODELS, key_of(word), NOBODY), again)
