"""What would go wrong silently later is refused at the start, with the cause and the fix."""

import logging
from collections.abc import Mapping
from importlib.util import find_spec
from time import monotonic, sleep
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from agents.carrier.app import CarrierApp
from agents.carrier.exits import Refusal
from agents.carrier.names import group_members, refuse_twin
from agents.carrier.options import CarrierOptions
from agents.carrier.security import librdkafka, protocol, refuse_plaintext
from agents.carrier.topics import Described, describe, setting
from agents.carrier.transaction import pack_metadata

log = logging.getLogger(__name__)

CREATE = "run `sojourn topics create`"
LONGEST_PAUSE = 5.0


def check_start(options: CarrierOptions) -> str:
    """Everything that can be known before joining the group holds; returns the id of the source topic. Waits for the broker."""
    refuse_plaintext(options)
    check_installation()
    check_metadata(options)
    admin = AdminClient(librdkafka(options))
    topics = _described(admin, options)
    source = check_topics(options, topics)
    check_changelog(options, setting(admin, options.changelog, "cleanup.policy"))
    refuse_twin(options, lambda: group_members(admin, options))
    return source.topic_id


def check_installation() -> None:
    """Faust's Cython iterator is there (without it, events skipped in a rebalance are acknowledged), and so is `cramjam`."""
    if find_spec("faust._cython.streams") is None:
        raise Refusal("faust-streaming was installed without its Cython parts", "install the faust-streaming wheel of this platform")
    if find_spec("cramjam") is None:
        raise Refusal("cramjam is not installed, so compressed batches cannot be read", "install Sojourn from its lock file")


def check_metadata(options: CarrierOptions) -> None:
    """librdkafka's own group metadata has the form we build: a throw-away consumer, never in a group, shows its bytes."""
    consumer = Consumer({**librdkafka(options), "group.id": options.app_id})
    try:
        theirs = consumer.consumer_group_metadata()
    finally:
        consumer.close()
    if theirs != pack_metadata(options.app_id, -1, ""):
        raise Refusal(f"this librdkafka writes group metadata in another form: {theirs!r}", "install the confluent-kafka of the lock file")


def _described(admin: AdminClient, options: CarrierOptions) -> dict[str, Described | None]:
    """All our topics. A broker that is away is waited for, with longer and longer pauses."""
    names = list(dict.fromkeys((options.source, options.changelog, options.rejections, *options.outputs)))  # some are both
    pause, begun = 0.25, monotonic()
    while True:
        try:
            return describe(admin, names)
        except KafkaException as error:
            if error.args[0].code() in (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError._AUTHENTICATION):
                raise Refusal(f"the broker refuses us: {error}", "check the credentials, and what this account may do") from error
            log.warning("no answer from %s for %.0f s, trying again: %s", options.brokers, monotonic() - begun, error)
        sleep(pause)
        pause = min(LONGEST_PAUSE, pause * 2)


def check_topics(options: CarrierOptions, topics: dict[str, Described | None]) -> Described:
    """Every topic exists; state lies beside its events, partition by partition. Returns the source."""
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
    """Compacted, and nothing else: a changelog that deletes by age forgets customers."""
    if policy != "compact":
        raise Refusal(
            f"{options.changelog} has cleanup.policy={policy}, which deletes state",
            f"set cleanup.policy=compact on it, or {CREATE} for a new one",
        )


def check_app(app: CarrierApp) -> None:
    """The app that was built says what we meant: protocol on the wire, concurrency, membership."""
    conf = app.conf
    spoken: Mapping[str, Any] = credentials_to_aiokafka_auth(conf.broker_credentials, conf.ssl_context)
    if spoken.get("security_protocol", "PLAINTEXT") != protocol(app.options.security):
        raise Refusal(f"Faust would speak {spoken.get('security_protocol')}", "report this: it is a fault of Sojourn")
    if conf.consumer_group_instance_id:
        raise Refusal("static membership may keep a generation that we take for a new one", "unset consumer_group_instance_id")
    if any(agent.concurrency != 1 for agent in app.agents.values()):
        raise Refusal("an agent has a concurrency above 1: a commit would pass an event in flight", "scale by partitions and workers")
