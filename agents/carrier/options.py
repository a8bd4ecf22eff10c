"""What a carrier must be told: plain values only, so that a test, a worker and a benchmark state them alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from schemas.topics import REJECTIONS

Role = Literal["journey", "ingest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierOptions:
    """One worker: one Faust app, one source topic, one ledger, one changelog topic. Times in seconds.

    >>> CarrierOptions(worker="1", source="journey.touchpoints.v1", partitions=4, data_dir=Path("run")).changelog
    'sojourn-journey-journeys-changelog'
    """

    worker: str  # stable across restarts: a restarted worker aborts its own leftovers at once
    source: str
    partitions: int  # of the source and of the changelog: state lives where its events do
    data_dir: Path  # Faust's directory, and the lock that keeps two workers from sharing a name
    role: Role = "journey"
    app_id: str = "sojourn-journey"  # consumer group, and prefix of the transactional id
    table: str = "journeys"
    outputs: tuple[str, ...] = ()
    rejections: str = REJECTIONS
    brokers: str = "127.0.0.1:9092"
    security: Mapping[str, str] = field(default_factory=dict)  # librdkafka's names; empty is plaintext
    allow_plaintext: bool = False  # needed for plaintext to a host that is not loopback
    replication: int = 1
    commit_interval: float = 0.2  # the latency of an offer
    commit_interval_behind: float = 1.0  # fewer, larger commits while catching up: 197 k/s -> 220 k/s
    commit_dirty: int = 20_000  # changed journeys that make a commit due before its time; with 5,000 a backlog costs a third more
    session_timeout: float = 10.0  # stock is 60: a killed worker's partitions stay dead a minute
    heartbeat_interval: float = 3.0
    rebalance_timeout: float = 20.0
    transaction_timeout: float = 25.0  # above a broker fail-over's 9 s, below a subscriber's patience (20-30)
    live_limit: int = 50_000  # journeys a partition keeps as objects; the others rest as bytes
    stall_timeout: float = 60.0  # behind and not moving: the watchdog ends the process
    recovery_timeout: float = 180.0  # recovering or rebalancing without reading anything
    stop_timeout: float = 13.0  # SIGTERM to exit, and a second between two looks: before the supervisor's 14.5, within 15
    trust: frozenset[int] = frozenset()  # partitions whose record is believed against the group's offsets
    failpoint: str = ""  # tests only, see failpoints.py

    @property
    def changelog(self) -> str:
        """Faust's own name for the table's changelog, so that its assignor keeps state and events together."""
        return f"{self.app_id}-{self.table}-changelog"

    @property
    def transactional_id(self) -> str:
        """One per worker name: whoever opens it again ends what its predecessor left open."""
        return f"{self.app_id}-{self.worker}"

    @property
    def keyed(self) -> bool:
        """A journey needs a key to live under; ingest takes records under any key and gives them one."""
        return self.role == "journey"
