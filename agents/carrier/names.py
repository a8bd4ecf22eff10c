"""Makes sure that a worker's name is used only once.

The name is part of the transactional id. If two workers used one id, the second would fence the first.
"""

import fcntl
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from socket import gethostname
from time import monotonic, sleep
from typing import IO, NamedTuple

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from agents.carrier.exits import Refusal
from agents.carrier.options import CarrierOptions
from agents.carrier.topics import TIMEOUT, answer

log = logging.getLogger(__name__)


class Member(NamedTuple):
    """A member of the group: the client id that it chose, and the id that the group gave it."""

    client: str
    id: str


LOOK_SECONDS = 0.5  # between two looks at the group's members
COORDINATOR_SECONDS = 5.0  # for the group to get a coordinator: the first group of a cluster has none at first
COMING = (KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_NOT_AVAILABLE, KafkaError.COORDINATOR_LOAD_IN_PROGRESS)
RENAME = "give every worker a name of its own (SOJOURN_WORKER), and each the same one at every start"


def member_name(options: CarrierOptions, host: str | None = None) -> str:
    """Return the client id of this worker in the group. It contains the machine's name."""
    return f"{options.transactional_id}@{host or gethostname()}"


def lock_name(options: CarrierOptions) -> IO[str]:
    """Lock the worker's name on this machine. Return the open lock file. Raises Refusal if another process holds the lock.

    The kernel releases the lock when the process ends, however it ends.
    """
    path = Path(options.data_dir) / f"{options.transactional_id}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise Refusal(f"worker {options.worker} of {options.app_id} is already running on this machine", RENAME) from None
    return file


def twins(options: CarrierOptions, members: Iterable[Member]) -> list[str]:
    """Return the client ids of members with our name on other machines. One on this machine is dead, because we hold its lock.

    >>> from pathlib import Path
    >>> options = CarrierOptions(worker="1", source="t", partitions=1, data_dir=Path("run"))
    >>> names = ("sojourn-journey-1@elsewhere", "sojourn-journey-2@elsewhere", member_name(options))
    >>> twins(options, [Member(name, "id") for name in names])
    ['sojourn-journey-1@elsewhere']
    """
    ours = member_name(options)
    return [member.client for member in members if member.client.startswith(f"{options.transactional_id}@") and member.client != ours]


def refuse_twin(options: CarrierOptions, look: Callable[[], list[Member]]) -> list[Member]:
    """Return the group's members. Raises Refusal if another worker has our name.

    First waits 1.5 sessions for it to leave: a dead one stays a member until its session ends.
    """
    deadline = monotonic() + 1.5 * options.session_timeout
    while found := twins(options, members := look()):
        if monotonic() > deadline:
            raise Refusal(f"worker {options.worker} of {options.app_id} is already running as {found[0]}", RENAME)
        log.warning("waiting for %s to leave the group", found[0])
        sleep(LOOK_SECONDS)
    return members


def group_members(admin: AdminClient, options: CarrierOptions) -> list[Member]:
    """Return the group's members. Return none, with a warning, if the group cannot be described."""
    group, give_up = options.app_id, monotonic() + COORDINATOR_SECONDS
    while True:
        try:
            described = answer(admin.describe_consumer_groups([group], request_timeout=TIMEOUT)[group], group)
            return [Member(member.client_id, member.member_id) for member in described.members]
        except KafkaException as error:
            if error.args[0].code() not in COMING or monotonic() > give_up:
                log.warning("the group cannot be described: %s", error)
                return []
        sleep(LOOK_SECONDS)
