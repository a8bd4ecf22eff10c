"""The options of a carrier: plain values only, so that tests, workers and benchmarks give them in the same way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from schemas.topics import REJECTIONS

Role = Literal["journey", "ingest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierOptions:
    """The options of one worker: one Faust app, one source topic, one ledger, one changelog topic. Times are in seconds.

    >>> CarrierOptions(worker="1", source="journey.touchpoints.v1", partitions=4, data_dir=Path("run")).changelog
    'sojourn-journey-journeys-changelog'
    """

    worker: str  # the same at every start: a restarted worker then aborts its own open transaction at once
    source: str
    partitions: int  # of the source and of the changelog: state and events of a journey are in partitions of the same number
    data_dir: Path  # for Faust's directory and the lock file of the worker's name
    role: Role = "journey"
    app_id: str = "sojourn-journey"  # consumer group, and prefix of the transactional id
    table: str = "journeys"
    outputs: tuple[str, ...] = ()
    rejections: str = REJECTIONS
    brokers: str = "127.0.0.1:9092"
    security: Mapping[str, str] = field(default_factory=dict)  # librdkafka's setting names; empty means plaintext
    allow_plaintext: bool = False  # must be True for plaintext to a host that is not loopback
    replication: int = 1
    commit_interval: float = 0.2  # the longest time between commits; an output is committed sooner, see `Commits.due_at`
    commit_interval_behind: float = 1.0  # fewer, larger commits while the lag is large: 220 k/s in place of 197 k/s
    commit_dirty: int = 20_000  # changed journeys that make a commit due early; with 5,000 a backlog takes a third longer
    session_timeout: float = 10.0  # with Faust's 60 nobody reads a killed worker's partitions for a minute
    heartbeat_interval: float = 3.0
    rebalance_timeout: float = 20.0
    transaction_timeout: float = 25.0  # longer than a broker fail-over (9 s), and about as long as a subscriber waits (20 to 30 s)
    stall_timeout: float = 60.0  # behind and without progress for so long: the watchdog ends the process
    recovery_timeout: float = 180.0  # recovering or rebalancing for so long without reading anything: the same
    stop_timeout: float = 13.0  # from SIGTERM to exit; with the watchdog's second between looks still before the supervisor's 14.5
    failpoint: str = ""  # tests only, see failpoints.py

    @property
    def changelog(self) -> str:
        """The changelog topic. It has Faust's name for it, so that Faust's assignor gives state and events to the same worker."""
        return f"{self.app_id}-{self.table}-changelog"

    @property
    def transactional_id(self) -> str:
        """The transactional id, one per worker name. Opening it again aborts the transaction that a predecessor left open."""
        return f"{self.app_id}-{self.worker}"

    @property
    def keyed(self) -> bool:
        """Whether records must have a key. A journey is stored under its key; ingest takes records with any key and sets one."""
        return self.role == "journey"
