"""One worker process: it starts, watches and ends a Faust app with one ledger."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import IO, Any, NoReturn, cast

import faust
import mode.loop
from confluent_kafka import KafkaException

from agents.carrier.app import CarrierApp
from agents.carrier.build import build_app
from agents.carrier.chunks import ChunkSchema, chunks_of
from agents.carrier.commits import Commits
from agents.carrier.decompression import limit_unpacking
from agents.carrier.exits import Refusal, die, leave
from agents.carrier.fetching import lean_records
from agents.carrier.guards import check_app, check_start
from agents.carrier.ledger import AnyLedger, Ledger
from agents.carrier.names import lock_name
from agents.carrier.options import CarrierOptions
from agents.carrier.partition import Job, S
from agents.carrier.reader import Reader
from agents.carrier.recovery import LedgerRecovery
from agents.carrier.transaction import Transactions
from agents.carrier.watchdog import Watchdog

log = logging.getLogger(__name__)

LEAVE_SECONDS = 5.0  # for leaving the group; all is committed by then, and without it the group only waits for a session to end
Task = Callable[[AnyLedger], Awaitable[None]]


class CarrierWorker(faust.Worker):
    """Faust's worker with our signals: TERM and INT commit and leave, USR2 does not open a debugger."""

    app: CarrierApp
    watchdog: Watchdog
    name_lock: IO[str]  # locked until the process ends

    def _install_signal_handlers_unix(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self._leave)
        self.loop.add_signal_handler(signal.SIGUSR2, log.warning, "SIGUSR2 is ignored")
        self.loop.add_signal_handler(signal.SIGUSR1, self._on_sigusr1)

    def _setup_logging(self) -> None:
        """Set up logging as Faust does, unless it is set up already."""
        if not logging.root.handlers:
            super()._setup_logging()

    def _on_startup_end_spinner(self) -> None:
        """Show no spinner. Faust's writes control characters into the log, also where there is no terminal."""

    async def start(self) -> None:
        try:
            await super().start()
        except Exception as error:
            die(f"starting failed: {error!r}")

    def _leave(self) -> None:
        self.watchdog.must_end_within(self.app.options.stop_timeout)
        if not self.app.leaving:
            self.app.leaving = True
            self._leaving = asyncio.ensure_future(leave_group(self.app))


async def leave_group(app: CarrierApp) -> NoReturn:
    """Commit what was applied, leave the group, and end the process with 0. Calling it twice does no harm."""
    log.info("leaving")
    try:
        app.ledger.close_gates()
        await app.commits.commit()
        if app._consumer is not None and chunks_of(app).thread._consumer is not None:
            chunks_of(app).stop_flow()
            async with asyncio.timeout(LEAVE_SECONDS):
                await chunks_of(app).thread.call_thread(chunks_of(app).thread.leave)
    except TimeoutError:
        log.warning("the broker does not answer: the group will notice when our session ends")
    except Exception as error:
        die(f"leaving failed: {error!r}")
    log.info("left")
    leave()


def run(
    options: CarrierOptions, job: Job[S], tasks: Sequence[Task] = (), built: Callable[["CarrierWorker"], None] | None = None
) -> NoReturn:
    """Run the worker until the process ends: with 0 after SIGTERM, 2 on a refusal, 70 on a failure. Never returns.

    `tasks` start when the first recovery is complete. An exception in one ends the process (70). `built` is called with the worker
    before it starts, so that metrics and health can observe it.
    """
    mode.loop.use("uvloop")
    limit_unpacking()
    lean_records()
    try:
        name = lock_name(options)
        topic_id = check_start(options)
        transactions = Transactions(options)
        transactions.open()
    except (Refusal, KafkaException) as error:
        die(error)
    worker = build_worker(options, job, transactions, topic_id, tasks)
    worker.watchdog.start()
    worker.name_lock = name
    if built is not None:
        built(worker)
    worker.execute_from_commandline()


def build_worker(
    options: CarrierOptions, job: Job[S], transactions: Transactions, topic_id: str, tasks: Sequence[Task] = ()
) -> CarrierWorker:
    """Return the worker and all its parts, not yet started: app, ledger, commits, reader, table, agent, tasks, watchdog."""
    app = build_app(options)
    app.ledger = Ledger(options, job)
    app.commits = Commits(app.ledger, transactions)
    app.recovery = Reader(options, app.ledger, topic_id)
    app.topic_id = topic_id
    _install(app)
    _start_tasks(app, tasks)
    check_app(app)
    worker = CarrierWorker(app, loglevel="INFO", redirect_stdouts=False, quiet=True)
    worker.watchdog = Watchdog(app.ledger, options, topic_id)
    return worker


def _install(app: CarrierApp) -> None:
    """Add a table, our recovery and an agent to the app. The agent passes chunks to the ledger.

    Faust names the changelog after the table, and assigns its partitions together with those of the source.
    """
    options, ledger = app.options, app.ledger
    app.Table(options.table, partitions=options.partitions, key_type=bytes, value_type=bytes)
    recovery = LedgerRecovery(app, app.tables, beacon=app.tables.beacon, loop=app.tables.loop)
    cast(Any, app.tables)._recovery = recovery
    tasks: set[asyncio.Task[None]] = set()  # the event loop itself does not keep its tasks alive

    def read_again(number: int) -> None:
        task = asyncio.get_running_loop().create_task(recovery.read_again(number))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    ledger.on_condemned = read_again
    source = app.topic(options.source, schema=ChunkSchema())

    @app.agent(source, concurrency=1, name=f"{options.role}-carrier")
    async def carry(chunks: Any) -> None:
        async for chunk in chunks:
            try:
                ledger.accept(chunk)
                await asyncio.sleep(0)  # a commit that is due is taken between two chunks
            except Exception as error:  # Faust would acknowledge the chunk if an exception left the agent
                die(f"the agent failed: {error!r}")


def _start_tasks(app: CarrierApp, tasks: Sequence[Task]) -> None:
    for task in tasks:
        app.task(_guarded(app, task))


def _guarded(app: CarrierApp, task: Task) -> Callable[[], Awaitable[None]]:
    async def guarded() -> None:
        try:
            await task(app.ledger)
        except Exception as error:
            die(f"task {getattr(task, '__name__', task)!s} failed: {error!r}")

    return guarded
