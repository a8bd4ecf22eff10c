"""A worker's name is in use once: it is the transactional id, and the second to open it fences the first."""

import fcntl
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from socket import gethostname
from time import monotonic, sleep
from typing import IO

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from agents.carrier.exits import Refusal
from agents.carrier.options import CarrierOptions

log = logging.getLogger(__name__)

TIMEOUT = 10.0
LOOK_SECONDS = 0.5
RENAME = "give every worker a name of its own (SOJOURN_WORKER), and each the same one at every start"


def member_name(options: CarrierOptions, host: str | None = None) -> str:
    """The client id by which the group knows this worker, and on which machine it runs."""
    return f"{options.transactional_id}@{host or gethostname()}"


def lock_name(options: CarrierOptions) -> IO[str]:
    """The name is ours on this machine until the process ends, however it ends: the kernel lets go of the lock."""
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
    """Members of our name on other machines; one on this machine is dead, for we hold its lock.

    >>> from pathlib import Path
    >>> options = CarrierOptions(worker="1", source="t", partitions=1, data_dir=Path("run"))
    >>> twins(options, ["sojourn-journey-1@elsewhere", "sojourn-journey-2@elsewhere", member_name(options)])
    ['sojourn-journey-1@elsewhere']
    """
    ours = member_name(options)
    return [member for member in members if member.startswith(f"{options.transactional_id}@") and member != ours]


def refuse_twin(options: CarrierOptions, members: Callable[[], list[str]]) -> None:
    """Nobody else lives under our name. One that has died elsewhere is a member until its session ends: it is waited for."""
    deadline = monotonic() + 1.5 * options.session_timeout
    while found := twins(options, members()):
        if monotonic() > deadline:
            raise Refusal(f"worker {options.worker} of {options.app_id} is already running as {found[0]}", RENAME)
        log.warning("waiting for %s to leave the group", found[0])
        sleep(LOOK_SECONDS)


def group_members(admin: AdminClient, options: CarrierOptions) -> list[str]:
    """The client ids of the group's members; none where the group is not known yet."""
    group = options.app_id
    try:
        described = admin.describe_consumer_groups([group], request_timeout=TIMEOUT)[group].result(TIMEOUT)
    except KafkaException as error:
        log.warning("the group cannot be described: %s", error)
        return []
    return [member.client_id for member in described.members]
