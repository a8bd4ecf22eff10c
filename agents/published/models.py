"""The published models, and the publishing of a model: a control record with the model goes to every partition of the log at once.

`journey.models.v1` has each of these records under its name and version, for people and for the learning role. No other role needs it:
only the record in the touchpoint topic puts a model in force.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias, get_args

import msgspec
from confluent_kafka import Message

from agents.kafka.control_producer import alone, announce
from agents.kafka.reader import LogReader
from agents.kafka.undecodable import Undecodable
from agents.settings import Settings
from schemas.control import ModelPublished
from schemas.control.models import CadenceModel, LearntWeights
from schemas.topics import MODELS

PUBLISHER = "sojourn-models"  # the transactional id of all who publish
NOBODY = b"model-published"  # the key of the record in the touchpoint topic
Name: TypeAlias = Literal["cadence", "weights"]
NAMES: tuple[Name, ...] = get_args(Name)


@dataclass
class PublishedModels:
    """All published model records (words), by name and version.

    >>> told = PublishedModels()
    >>> told.take(ModelPublished(name="weights", version=2)); told.take(ModelPublished(name="weights", version=1))
    >>> told.version("weights"), told.newest("cadence")
    (2, None)
    """

    words: dict[Name, dict[int, ModelPublished]] = field(default_factory=lambda: {name: {} for name in NAMES})

    def take(self, word: ModelPublished) -> None:
        """Add one record."""
        self.words[word.name][word.version] = word

    def newest(self, name: Name) -> ModelPublished | None:
        """Return the last record of this name, or None. The last record may say that no model is in force any more."""
        return self.words[name].get(self.version(name))

    def version(self, name: Name) -> int:
        """Return the newest version; 0 if there is none."""
        return max(self.words[name], default=0)

    @property
    def cadence(self) -> CadenceModel | None:
        """The cadence model that was published last; None if there is none."""
        word = self.newest("cadence")
        return word.cadence if word else None

    @property
    def weights(self) -> LearntWeights | None:
        """The learnt weights that were published last; None if the prior weights are in force."""
        word = self.newest("weights")
        return word.weights if word else None

    def history(self) -> list[ModelPublished]:
        """Return all records, by name, the oldest first."""
        return [self.words[name][version] for name in NAMES for version in sorted(self.words[name])]


class Spoken(NamedTuple):
    """What was published, and at which offset of each partition. `again`: the same had been published before."""

    word: ModelPublished
    offsets: dict[int, int]
    again: bool

    @property
    def partitions(self) -> int:
        """How many partitions have it."""
        return len(self.offsets)


def key_of(word: ModelPublished) -> bytes:
    """Return the key of a record in the models topic.

    >>> key_of(ModelPublished(name="weights", version=3))
    b'weights/00000003'
    """
    return f"{word.name}/{word.version:08d}".encode()


def read(value: bytes) -> ModelPublished:
    """Return the record in these bytes of the topic."""
    return msgspec.json.decode(value, type=ModelPublished)


def read_told(settings: Settings) -> PublishedModels:
    """Return all that was published up to now. Raises KafkaException, and LookupError if the topic does not exist."""
    told, undecodable = PublishedModels(), Undecodable()

    def take(message: Message) -> None:
        if isinstance(value := message.value(), bytes):
            told.take(read(value))

    with LogReader(settings, MODELS, beginning=True) as reader:
        if not reader.partitions():
            raise LookupError(f"topic {MODELS} does not exist")
        for message in reader.until_end():
            undecodable.take(message, take)
    return told


def publish(
    settings: Settings, name: Name, *, cadence: CadenceModel | None = None, weights: LearntWeights | None = None, why: str = ""
) -> Spoken:
    """Publish a model, which is in force from here on in the log. Without a model, none is in force any more.

    A model that is in force already is published again under its own version. Raises KafkaException; then either nothing was changed or
    everything.
    """
    with alone(settings, PUBLISHER) as producer:
        newest = read_told(settings).newest(name)
        again = newest is not None and (newest.cadence, newest.weights) == (cadence, weights)
        version = newest.version + 1 if newest else 1
        word = newest if newest and again else ModelPublished(name=name, version=version, cadence=cadence, weights=weights, why=why)
        return Spoken(word, announce(settings, producer, word, MODELS, key_of(word), NOBODY), again)
