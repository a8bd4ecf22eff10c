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

from confluent_kafka import KafkaException
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


def twins(options: CarrierOptions, members: Iterable[str]) -> list[str]:
    """Return members with our name on other machines. One on this machine is dead, because we hold its lock.

    >>> from pathlib import Path
    >>> options = CarrierOptions(worker="1", source="t", partitions=1, data_dir=Path("run"))
    >>> twins(options, ["sojourn-journey-1@elsewhere", "sojourn-journey-2@elsewhere", member_name(options)])
    ['sojourn-journey-1@elsewhere']
    """
    ours = member_name(options)
    return [member for member in members if member.startswith(f"{options.transactional_id}@") and member != ours]


def refuse_twin(options: CarrierOptions, members: Callable[[], list[str]]) -> None:
    """Raise Refusal if another worker has our name. First waits 1.5 sessions: a dead one stays a member until its session ends."""
    deadline = monotonic() + 1.5 * options.session_timeout
    while found := twins(options, members()):
        if monotonic() > deadline:
            raise Refusal(f"worker {options.worker} of {options.app_id} is already running as {found[0]}", RENAME)
        log.warning("waiting for %s to leave the group", found[0])
        sleep(LOOK_SECONDS)


def group_members(admin: AdminClient, options: CarrierOptions) -> list[Member]:
    """Return the group's members. Return none, with a warning, if the group cannot be described."""
    group = options.app_id
    try:
        described = answer(admin.describe_consumer_groups([group], request_timeout=TIMEOUT)[group], group)
    except KafkaException as error:
        log.warning("the group cannot be described: %s", error)
        return []
    return [Member(member.client_id, member.member_id) for member in described.members]
