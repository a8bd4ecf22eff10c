"""Whether the read model answers, and whether it has the views of all partitions that have journeys."""

from __future__ import annotations

from itertools import islice

from confluent_kafka import OFFSET_BEGINNING
from redis.exceptions import RedisError

from agents.carrier import journey_key
from agents.kafka.admin import Admin, Finding
from agents.kafka.reader import LogReader
from agents.serving.log_id import log_id
from agents.serving.marks import Mark, read_mark
from agents.serving.redis import ReadModel, connect
from agents.settings import Settings, SettingsError
from agents.tools.operating.checking import Report
from schemas.topics import JOURNEY_CHANGELOG

_PATIENCE_S = 2.0  # seconds for an answer
_FIRST = 2_000  # records from the beginning of a partition, of which one is a journey if the partition has any
_FILL = "`sojourn worker` fills it by itself (`--only serving`: that role alone); wait until /readyz of serving is 200"


def read_model(settings: Settings) -> Report:
    """Return whether the read model's server (Redis or Valkey) answers; a finding if not, or if its password cannot be read."""
    try:
        client = connect(settings, _PATIENCE_S)
    except SettingsError as error:
        return Report("read model", "not asked", [Finding("Valkey", _said(error), "write the password into that file, on one line")])
    try:
        client.ping()
    except RedisError as error:
        fix = (
            "`sojourn up` starts an embedded Valkey; SOJOURN_REDIS_URL names yours. The journey goes on without it, the read model does not"
        )
        return Report("read model", "unreachable", [Finding("Valkey", f"nothing answers at {settings.redis_url}: {error}", fix)])
    finally:
        client.close()
    return Report("read model", f"answers at {settings.redis_url}")


def views(settings: Settings) -> Report:
    """Return whether the read model has all views; a finding if partitions with journeys have no views, or not all."""
    with Admin(settings, _PATIENCE_S) as admin:
        count = admin.partitions([JOURNEY_CHANGELOG]).get(JOURNEY_CHANGELOG, 0)
    client = connect(settings, _PATIENCE_S)
    try:
        marks = ReadModel(client).marks(range(count))
    except RedisError:
        return Report("views", "not checked: the read model does not answer", ran=False)
    finally:
        client.close()
    log = log_id(settings, JOURNEY_CHANGELOG)() if count else ""
    lacking = {number: mark for number, text in marks.items() if (mark := read_mark(text)) != Mark("filled", log)}
    if not any(_has_journeys(settings, number) for number in lacking):
        return Report("views", "of all journeys there are")
    return Report("views", f"of {count - len(lacking)} of {count} partitions", [Finding("read model", _cause(lacking, log, count), _FILL)])


def _said(error: SettingsError) -> str:
    return "; ".join(f"{each.where.name} {each.what}" for each in error.problems)


def _has_journeys(settings: Settings, partition: int) -> bool:
    with LogReader(settings, JOURNEY_CHANGELOG, {partition: OFFSET_BEGINNING}) as reader:
        return any(journey_key(_bytes(message.key())) is not None for message in islice(reader.until_end(), _FIRST))


def _bytes(key: object) -> bytes:
    return key if isinstance(key, bytes) else b""


def _cause(lacking: dict[int, Mark | None], log: str, count: int) -> str:
    """Return what is wrong in words.

    >>> _cause({0: None, 1: Mark("filling", "a", 9, "n")}, "a", 4)
    'views are missing: 1 of 4 partitions are being filled, 1 were never filled or were emptied'
    >>> _cause({2: Mark("filled", "b")}, "a", 4)
    'views are missing: 1 of 4 partitions have views of another changelog'
    """
    filling = sum(mark is not None and mark.log == log for mark in lacking.values())
    strange = sum(mark is not None and mark.log != log for mark in lacking.values())
    emptied = len(lacking) - filling - strange
    counted = ((filling, "are being filled"), (emptied, "were never filled or were emptied"), (strange, "have views of another changelog"))
    found = [(number, words) for number, words in counted if number]
    said = [f"{number} of {count} partitions {words}" if place == 0 else f"{number} {words}" for place, (number, words) in enumerate(found)]
    return "views are missing: " + ", ".join(said)
