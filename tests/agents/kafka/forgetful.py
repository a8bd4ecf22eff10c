"""A librdkafka that loses records and acknowledges them without an offset, as it does after the first request of a producer was lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from confluent_kafka import Message, Producer

Report = Callable[[None, Message], None]


class Forgetful(Producer):
    """The real one, but of the records it is given it loses the first `forgets`, and says that they have arrived."""

    forgets = 1

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.lost: list[bytes | str | None] = []
        self._reports: deque[tuple[Report, Message]] = deque()

    def produce(self, topic: str, value: Any = None, key: Any = None, partition: int = -1, *words: Any, **more: Any) -> None:
        if len(self.lost) >= self.forgets:
            super().produce(topic, value, key, partition, *words, **more)
            return
        self.lost.append(value)
        self._reports.append((more["on_delivery"], Message(topic=topic, key=key, value=value)))

    def poll(self, timeout: float = -1) -> int:
        for _ in range(len(self._reports)):
            report, message = self._reports.popleft()
            report(None, message)
        return super().poll(timeout)

    def flush(self, timeout: float = -1) -> int:
        self.poll(0)
        return super().flush(timeout) + len(self._reports)

    def __len__(self) -> int:
        return super().__len__() + len(self._reports)


class Amnesiac(Forgetful):
    """Loses every record, and says of each that it has arrived."""

    forgets = 1_000_000
