"""What we override or lean on in Faust, mode and aiokafka is what it was when the carrier was proven.

Each row is a function of a pinned version and the fingerprint of its source. One that changes fails here, before it loses an
event: read the new source beside ours (`agents/carrier`), run the storms, then write the new fingerprint.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from typing import Any

import faust
import mode.worker
import pytest
from aiokafka.consumer.fetcher import Fetcher, OffsetResetStrategy, PartitionRecords  # type: ignore[import-untyped]  # ships no types
from aiokafka.consumer.group_coordinator import GroupCoordinator  # type: ignore[import-untyped]  # ships no types
from aiokafka.record.default_records import _DefaultRecordBatchPy  # type: ignore[import-untyped]  # ships no types
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.transport.conductor import ConductorCompiler
from faust.transport.consumer import Consumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, ConsumerRebalanceListener
from mode import Service

from agents.carrier.app import CarrierApp
from agents.carrier.chunks import ChunkConsumer, ChunkTransport
from agents.carrier.fetching import ChunkThread, LeanRecords
from agents.carrier.recovery import LedgerRecovery
from agents.carrier.worker import CarrierWorker

OVERRIDDEN: tuple[tuple[type, type, str, str], ...] = (
    (ChunkConsumer, Consumer, "getmany", "e486c434b7928ee8"),
    (ChunkConsumer, Consumer, "commit", "e43a7d03685f9206"),
    (ChunkConsumer, Consumer, "wait_empty", "53195dca246c0a86"),
    (ChunkConsumer, Consumer, "_commit_handler", "71024925b06f13eb"),
    (ChunkConsumer, Consumer, "_commit_livelock_detector", "5bbc8a85abf9c397"),
    (ChunkConsumer, Consumer, "perform_seek", "2b4ceebd23deb7ee"),
    (ChunkConsumer, Consumer, "on_partitions_revoked", "652177e770ee66d6"),
    (ChunkConsumer, Consumer, "on_partitions_assigned", "c07feb1175f7dcf1"),
    (ChunkThread, AIOKafkaConsumerThread, "_create_worker_consumer", "c179c0bdb9755c3a"),
    (ChunkThread, AIOKafkaConsumerThread, "_fetch_records", "9e7369fc572de4d0"),
    (LeanRecords, PartitionRecords, "_consumer_record", "56c3ee13f914a9d2"),
    (LeanRecords, PartitionRecords, "_unpack_records", "047f7fc3f005c220"),
    (LedgerRecovery, Recovery, "_wait", "768af810dce80586"),
    (LedgerRecovery, Recovery, "_build_offsets", "0f5a7d62fb7d4a1f"),
    (LedgerRecovery, Recovery, "on_recovery_completed", "895e7c415a4d1379"),
    (CarrierApp, Service, "_crash", "023e36034cd9b2b1"),
    (CarrierWorker, mode.worker.Worker, "_install_signal_handlers_unix", "2698bb3e27e91352"),
)
LEANED_ON: tuple[tuple[type, str, str], ...] = (
    (Consumer, "_drain_messages", "8f35dd7a11144daa"),
    (Consumer, "_wait_next_records", "ba40cd3671328d3b"),
    (Recovery, "_restart_recovery", "f93138b040ef1bc2"),
    (Recovery, "on_rebalance", "31030bc1807f4cd3"),
    (TableManager, "on_rebalance", "fc9b70e03994df5c"),
    (ConductorCompiler, "build", "70ded0e719100a3f"),
    (ConsumerRebalanceListener, "on_partitions_revoked", "cb4aa49e968a4a46"),
    (ConsumerRebalanceListener, "on_partitions_assigned", "f8231db51dd545c6"),
    (faust.App, "_on_partitions_revoked", "c1abd58dcb37f0a2"),
    (faust.App, "_on_partitions_assigned", "c9c5485eb273837f"),
    (PartitionRecords, "__init__", "4649d3084e5956ef"),
    (PartitionRecords, "_consume_aborted_up_to", "fcfcb05d740b641d"),
    (PartitionRecords, "_contains_abort_marker", "9692685641abdf0f"),
    (_DefaultRecordBatchPy, "_maybe_uncompress", "373cfd89b30da68e"),
    (Fetcher, "fetched_records", "e20ce0c8117f12d2"),
    (Fetcher, "_update_fetch_positions", "1dc02ecce273299d"),
    (GroupCoordinator, "_on_join_prepare", "620a6bbc67252dde"),
    (GroupCoordinator, "_on_join_complete", "186788a437c08195"),
    (GroupCoordinator, "reset_generation", "3cb4a2490077f8cb"),
)


def fingerprint(function: Any) -> str:
    """Sixteen hex digits of the source, whatever decorates it."""
    found = inspect.unwrap(getattr(function, "fun", function))
    return sha256(textwrap.dedent(inspect.getsource(found)).encode()).hexdigest()[:16]


@pytest.mark.parametrize(("ours", "stock", "name", "expected"), OVERRIDDEN, ids=lambda value: value if isinstance(value, str) else "")
def test_what_we_override_is_unchanged(ours: type, stock: type, name: str, expected: str) -> None:
    """Guards against: any other patch level of faust-streaming, and an override that lost its name."""
    assert name in vars(ours), "we no longer override it: take the row out"
    assert fingerprint(vars(stock)[name]) == expected


@pytest.mark.parametrize(("stock", "name", "expected"), LEANED_ON, ids=lambda value: value if isinstance(value, str) else "")
def test_what_we_lean_on_is_unchanged(stock: type, name: str, expected: str) -> None:
    """The order of these steps is what the gates and the chain were proven against."""
    assert fingerprint(vars(stock)[name]) == expected


def test_the_pins_hold() -> None:
    """The patch level, because the overrides are of internals."""
    assert (version("faust-streaming"), version("aiokafka")) == ("0.15.3", "0.14.0")


def test_the_names_we_reach_for_exist() -> None:
    """Private names of aiokafka that the carrier reads or sets: none may become an attribute that nobody looks at."""
    source = inspect.getsource(Fetcher)
    assert "self._default_reset_strategy" in source
    assert OffsetResetStrategy.NONE != OffsetResetStrategy.EARLIEST
    thread = inspect.getsource(AIOKafkaConsumerThread)
    assert "fetch_max_wait_ms=1500" in thread, "stock's wait is still worth overriding"
    consumer: Callable[..., Any] = __import__("aiokafka").AIOKafkaConsumer
    started = inspect.getsource(consumer)
    assert "isolation_level=self._isolation_level" in started
    assert "fetch_max_wait_ms=self._fetch_max_wait_ms" in started
    assert ChunkTransport.Consumer is ChunkConsumer
