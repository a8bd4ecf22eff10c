"""Checks at the start of a worker. They refuse, with cause and fix, what would later go wrong without an error."""

import logging
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from time import monotonic, sleep
from typing import Any, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from agents.carrier.app import CarrierApp
from agents.carrier.exits import Refusal
from agents.carrier.names import group_members, refuse_twin
from agents.carrier.options import CarrierOptions
from agents.carrier.predecessor import remove_predecessor
from agents.carrier.security import librdkafka, protocol, refuse_plaintext
from agents.carrier.topics import Described, describe, setting
from agents.carrier.transaction import pack_metadata
from agents.carrier.waiting import Reminder

log = logging.getLogger(__name__)
T = TypeVar("T")

CREATE = "run `sojourn topics create`"
DENIED = (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED, KafkaError._AUTHENTICATION)
LONGEST_PAUSE = 5.0  # seconds between two attempts to reach the broker


def check_start(options: CarrierOptions) -> str:
    """Check all that can be checked before joining the group. Return the id of the source topic.

    Waits for a broker that does not answer. Raises Refusal if a check fails.
    """
    refuse_plaintext(options)
    check_installation()
    check_metadata(options)
    admin = AdminClient(librdkafka(options))
    names = list(dict.fromkeys((options.source, options.changelog, options.rejections, *options.outputs)))  # a topic may be named twice
    source = check_topics(options, until_answered(options, lambda: describe(admin, names)))
    check_changelog(options, until_answered(options, lambda: setting(admin, options.changelog, "cleanup.policy")))
    remove_predecessor(options, refuse_twin(options, lambda: group_members(admin, options)))
    return source.topic_id


def check_installation() -> None:
    """Raise Refusal if Faust's Cython iterator or `cramjam` is missing.

    Without the Cython iterator, Faust acknowledges events that it skipped in a rebalance.
    """
    if find_spec("faust._cython.streams") is None:
        raise Refusal("faust-streaming was installed without its Cython parts", "install the faust-streaming wheel of this platform")
    if find_spec("cramjam") is None:
        raise Refusal("cramjam is not installed, so compressed batches cannot be read", "install Sojourn from its lock file")


def check_metadata(options: CarrierOptions) -> None:
    """Raise Refusal if librdkafka writes group metadata in another form than `pack_metadata`.

    A temporary consumer that joins no group shows librdkafka's bytes.
    """
    consumer = Consumer({**librdkafka(options), "group.id": options.app_id})
    try:
        theirs = consumer.consumer_group_metadata()
    finally:
        consumer.close()
    if theirs != pack_metadata(options.app_id, -1, ""):
        raise Refusal(f"this librdkafka writes group metadata in another form: {theirs!r}", "install the confluent-kafka of the lock file")


def until_answered(options: CarrierOptions, ask: Callable[[], T]) -> T:
    """Return what the broker answers. If it does not answer, ask again after longer and longer pauses, and say so once a minute.

    Raises Refusal if the broker refuses our account.
    """
    pause, begun, reminder = 0.25, monotonic(), Reminder()
    while True:
        try:
            return ask()
        except KafkaException as error:
            if error.args[0].code() in DENIED:
                raise Refusal(f"the broker refuses us: {error}", "check the credentials, and what this account may do") from error
            if reminder.due():
                log.warning("no answer from %s for %.0f s, trying again: %s", options.brokers, monotonic() - begun, error)
        sleep(pause)
        pause = min(LONGEST_PAUSE, pause * 2)


def check_topics(options: CarrierOptions, topics: dict[str, Described | None]) -> Described:
    """Raise Refusal if a topic is missing or a partition count is wrong. Return the source topic.

    Source and changelog need the same number of partitions: the state of a partition's events is in the partition of that number.
    """
    for name, topic in topics.items():
        if topic is None:
            raise Refusal(f"topic {name} does not exist", CREATE)
    source, changelog = topics[options.source], topics[options.changelog]
    if source is None or changelog is None or source.partitions != changelog.partitions:
        raise Refusal(
            f"{options.source} and {options.changelog} have different numbers of partitions "
            f"({source and source.partitions} and {changelog and changelog.partitions})",
            "delete an empty changelog and run `sojourn topics create`; where states lie in it, no command moves them yet",
        )
    if source.partitions != options.partitions:
        raise Refusal(
            f"{options.source} has {source.partitions} partitions, and this worker was told {options.partitions}",
            f"set SOJOURN_PARTITIONS to {source.partitions}",
        )
    return source


def check_changelog(options: CarrierOptions, policy: str) -> None:
    """Raise Refusal unless the changelog is compacted and nothing else. A changelog that deletes by age loses customers."""
    if policy != "compact":
        raise Refusal(
            f"{options.changelog} has cleanup.policy={policy}, which deletes state",
            f"set cleanup.policy=compact on it, or {CREATE} for a new one",
        )


def check_app(app: CarrierApp) -> None:
    """Raise Refusal if the app does not have the settings that we meant: security protocol, membership, concurrency."""
    conf = app.conf
    spoken: Mapping[str, Any] = credentials_to_aiokafka_auth(conf.broker_credentials, conf.ssl_context)
    if spoken.get("security_protocol", "PLAINTEXT") != protocol(app.options.security):
        raise Refusal(f"Faust would speak {spoken.get('security_protocol')}", "report this: it is a fault of Sojourn")
    if conf.consumer_group_instance_id:
        raise Refusal("static membership may keep a generation that we take for a new one", "unset consumer_group_instance_id")
    if any(agent.concurrency != 1 for agent in app.agents.values()):
        raise Refusal("an agent has a concurrency above 1: a commit would pass an event in flight", "scale by partitions and workers")
