"""What a topic is: what lies in it, for how long, who writes and who reads. The catalogue of them is `schemas.topics`."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.durations import DAY

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Topic:
    """One Kafka topic: what lies in it, for how long, who writes and reads; outside Sojourn too where it is at the boundary."""

    name: str
    records: tuple[str, ...]  # names of the record types, or what any other value is
    key: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    days: int = 0  # kept so long; 0: compacted, the newest value of each key stays
    as_many_as: str = ""  # has as many partitions as this topic; empty: the setting says how many
    boundary: bool = False
    by_broker_time: bool = False  # the broker stamps arrival: what we trust when producers' clocks differ
    why: str = ""  # why it is kept so long, or so

    @property
    def compacted(self) -> bool:
        """Whether the newest value of each key stays for ever."""
        return self.days == 0

    @property
    def configs(self) -> dict[str, str]:
        """The topic's settings on the broker; what is not named here follows the broker."""
        kept = _COMPACTED if self.compacted else {"cleanup.policy": "delete", "retention.ms": str(self.days * DAY)}
        stamped = {"message.timestamp.type": "LogAppendTime" if self.by_broker_time else "CreateTime"}
        return {**kept, **stamped}

    def configs_for(self, replicas: int) -> dict[str, str]:
        """The settings where each partition has so many replicas: from three on, two must have a write before it counts."""
        return {**self.configs, "min.insync.replicas": "2" if replicas >= 3 else "1"}


# Recovery reads a changelog whole: small segments and an eager cleaner keep that short. A long one still sees a day's tombstones.
_COMPACTED = {
    "cleanup.policy": "compact",
    "segment.bytes": str(64 * MIB),
    "min.cleanable.dirty.ratio": "0.2",
    "delete.retention.ms": str(DAY),
}
