"""Faust's app, with our consumer in it and every setting that differs from stock explained."""

import asyncio
import logging
from typing import NoReturn

import faust

from agents.carrier.chunks import ChunkConsumer, ChunkTransport
from agents.carrier.commits import Commits
from agents.carrier.exits import die, leave
from agents.carrier.ledger import AnyLedger
from agents.carrier.names import member_name
from agents.carrier.options import CarrierOptions
from agents.carrier.recovery import Reader
from agents.carrier.security import credentials

log = logging.getLogger(__name__)

LEAVE_SECONDS = 5.0  # for telling the group; by then all is committed, and silence costs it only a session's time


class CarrierApp(faust.App):
    """Faust's app with our consumer and recovery. Whatever crashes in it ends the process."""

    options: CarrierOptions
    ledger: AnyLedger
    commits: Commits
    recovery: Reader
    topic_id: str
    leaving = False

    @property
    def chunks(self) -> ChunkConsumer:
        consumer = self.consumer
        if not isinstance(consumer, ChunkConsumer):
            raise TypeError(f"{consumer!r} is not ours")
        return consumer

    def _crash(self, reason: BaseException) -> None:
        if not self.leaving:
            die(f"crashed: {reason!r}")
        super()._crash(reason)

    async def leave(self) -> NoReturn:
        """What was applied is committed, the group knows, the process ends: 0. Twice is as good as once."""
        log.info("leaving")
        try:
            self.ledger.close_gates()
            await self.commits.commit()
            if self._consumer is not None and self.chunks.thread._consumer is not None:
                self.chunks.stop_flow()
                async with asyncio.timeout(LEAVE_SECONDS):
                    await self.chunks.thread.call_thread(self.chunks.thread.leave)
        except TimeoutError:
            log.warning("the broker does not answer: the group will notice when our session ends")
        except Exception as error:
            die(f"leaving failed: {error!r}")
        log.info("left")
        leave()


def build_app(options: CarrierOptions) -> CarrierApp:
    """Faust's app: each setting that differs from stock has its reason here."""
    app = CarrierApp(
        options.app_id,
        env={"": ""},  # Faust's settings come from here alone, never from the environment
        broker=[f"kafka://{address.strip()}" for address in options.brokers.split(",")],
        broker_credentials=credentials(options),
        broker_client_id=member_name(options),
        store="memory://",
        datadir=str(options.data_dir / options.transactional_id),
        web_enabled=False,  # it serves table contents to anyone
        topic_partitions=options.partitions,
        topic_replication_factor=options.replication,
        topic_allow_declare=False,  # topics are made by `sojourn topics create`
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=options.session_timeout,
        broker_heartbeat_interval=options.heartbeat_interval,
        broker_rebalance_timeout=options.rebalance_timeout,
        broker_max_poll_interval=max(300.0, 10 * options.rebalance_timeout),
        stream_buffer_maxsize=16,  # chunks
    )
    app.options = options
    app.transport = ChunkTransport(app.conf.broker_consumer, app)
    return app
