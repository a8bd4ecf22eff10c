"""The description of one Kafka topic: what lies in it, for how long, who writes and who reads. The catalogue is `schemas.topics`."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.durations import DAY

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Topic:
    """One Kafka topic. A topic at the boundary is also written or read outside of Sojourn."""

    name: str  # of the topic on the broker
    records: tuple[str, ...]  # names of the record types, or what any other value is
    key: str  # what the Kafka key of a record is
    writers: tuple[str, ...]  # roles that write, or who does outside
    readers: tuple[str, ...]  # roles that read, or who does outside
    days: int = 0  # how long records are kept; 0: compacted, the newest value of each key stays
    as_many_as: str = ""  # has as many partitions as this topic; empty: the setting says how many
    boundary: bool = False  # written or read outside of Sojourn too
    by_broker_time: bool = False  # the broker stamps arrival: that time is trusted when producers' clocks differ
    why: str = ""  # why records are kept so long, or so short

    @property
    def compacted(self) -> bool:
        """Whether the broker keeps the newest value of each key for ever."""
        return self.days == 0

    @property
    def configs(self) -> dict[str, str]:
        """The topic's settings on the broker. A setting that is not named here is the broker's."""
        kept = _COMPACTED if self.compacted else {"cleanup.policy": "delete", "retention.ms": str(self.days * DAY)}
        stamped = {"message.timestamp.type": "LogAppendTime" if self.by_broker_time else "CreateTime"}
        return {**kept, **stamped}

    def configs_for(self, replicas: int) -> dict[str, str]:
        """Return the settings for this many replicas of each partition. From three replicas on, two must hold a write before it counts."""
        return {**self.configs, "min.insync.replicas": "2" if replicas >= 3 else "1"}


# Recovery reads a whole changelog. Small segments and an eager cleaner keep it short. A recovery of up to a day still sees all tombstones.
_COMPACTED = {
    "cleanup.policy": "compact",
    "segment.bytes": str(64 * MIB),
    "min.cleanable.dirty.ratio": "0.2",
    "delete.retention.ms": str(DAY),
}
