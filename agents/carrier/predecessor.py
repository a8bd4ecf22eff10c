"""Removes a worker's dead predecessor from the group.

A worker that was killed stays a member until its session ends. If its successor joins before that, the group waits for the dead member
as long as a rebalance may take, and all partitions of all workers are silent meanwhile. So the successor first tells the group that its
predecessor has left.
"""

import asyncio
import logging
from collections.abc import Iterable

from aiokafka.client import AIOKafkaClient, CoordinationType  # type: ignore[import-untyped]  # ships no types
from aiokafka.protocol.group import LeaveGroupRequest  # type: ignore[import-untyped]
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from agents.carrier.names import Member, member_name
from agents.carrier.options import CarrierOptions
from agents.carrier.security import credentials

log = logging.getLogger(__name__)

SECONDS = 5.0  # for all of it; without it the group only waits for a session to end


def predecessors(options: CarrierOptions, members: Iterable[Member]) -> list[str]:
    """Return the member ids of those with our name on this machine. They are dead, because we hold the lock of that name.

    >>> from pathlib import Path
    >>> options = CarrierOptions(worker="1", source="t", partitions=1, data_dir=Path("run"))
    >>> predecessors(options, [Member(member_name(options), "id-7"), Member("sojourn-journey-2@elsewhere", "id-8")])
    ['id-7']
    """
    return [member.id for member in members if member.client == member_name(options)]


def remove_predecessor(options: CarrierOptions, members: Iterable[Member]) -> None:
    """Tell the group that our predecessor among its members has left. Call it with the lock of our name held. A failure is only logged."""
    try:
        for member in predecessors(options, members):
            asyncio.run(asyncio.wait_for(_remove(options, member), SECONDS))
            log.warning("removed %s from the group: it ended without leaving", member)
    except Exception as error:
        log.warning("our predecessor could not be removed from the group, which waits for its session to end: %r", error)


async def _remove(options: CarrierOptions, member: str) -> None:
    client = AIOKafkaClient(
        bootstrap_servers=options.brokers,
        client_id=member_name(options),
        request_timeout_ms=int(SECONDS * 1000),
        **credentials_to_aiokafka_auth(credentials(options)),
    )
    try:
        await client.bootstrap()
        coordinator = await client.coordinator_lookup(CoordinationType.GROUP, options.app_id)
        await client.ready(coordinator)
        await client.send(coordinator, LeaveGroupRequest(options.app_id, member))
    finally:
        await client.close()
