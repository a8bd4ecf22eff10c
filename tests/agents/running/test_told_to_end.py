"""SIGTERM is obeyed from the first moment: as soon as Python runs our first line, amid the imports, and while a broker is waited for."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

import pytest

from agents.running.roles import ROLES
from agents.tools.embedded.servers import key_file
from tests.agents.cli.terminal_session import SOJOURN
from tests.agents.company import Company, until

QUICK_S = 30.0  # seconds from the signal to the end; a second or two where the machine has nothing else to do


def listens(pid: int) -> bool:
    """Whether the process takes SIGTERM itself, or keeps it for later, as the kernel says. Before that it is no worker yet."""
    masks = dict(line.split(":\t") for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Sig"))
    return bool((int(masks["SigCgt"], 16) | int(masks["SigBlk"], 16)) >> (signal.SIGTERM - 1) & 1)


def loads(library: str) -> Callable[[int], bool]:
    """Whether the process has begun to load what its imports need."""
    return lambda pid: library in Path(f"/proc/{pid}/maps").read_text()


MOMENTS: dict[str, Callable[[int], bool]] = {"first": listens, "importing": loads("msgspec"), "later": loads("librdkafka")}


def company_without_a_broker(home: Path) -> Company:
    key = {"SOJOURN_CONTROL_KEY_FILE": str(key_file(home))}
    return Company(home, {"SOJOURN_HOME": str(home), "SOJOURN_BROKERS": "127.0.0.1:9", "SOJOURN_HTTP_PORT": "0"} | key)


def ended_soon(worker: subprocess.Popen[bytes], tell: Callable[[], None]) -> int:
    begun = monotonic()
    tell()
    code = worker.wait(60)
    assert monotonic() - begun < QUICK_S
    return code


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("words", [(), ("--only", "journey"), ("--only", "learning")])
def test_a_worker_that_begins_ends_when_it_is_told(words: Sequence[str], moment: str, tmp_path: Path) -> None:
    """Mutants: no handler before the imports (-15; as the first process of a container: nothing); a supervisor that imports on."""
    made = company_without_a_broker(tmp_path)
    try:
        worker = made.worker(*words)
        until(lambda: MOMENTS[moment](worker.pid), made.log)
        assert ended_soon(worker, worker.terminate) == 0
        assert "Traceback" not in made.log()
    finally:
        made.end()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("role", [*ROLES, ""])
def test_a_worker_that_waits_for_a_broker_ends_when_it_is_told(role: str, number: signal.Signals, tmp_path: Path) -> None:
    """Mutants: a wait that no signal interrupts; a signal that only asks the loop to stop, which is not there yet."""
    made = company_without_a_broker(tmp_path)
    try:
        worker = made.worker(*(("--only", role) if role else ()))
        asked = [role] if role else list(ROLES)
        until(lambda: all(made.ask(each, "/readyz")[0] == 503 for each in asked), made.log)
        assert ended_soon(worker, lambda: worker.send_signal(number)) == 0
    finally:
        made.end()


def first_of_a_container(words: Sequence[str]) -> tuple[str, ...]:
    return ("unshare", "--pid", "--fork", "--kill-child", *words)


def may_unshare() -> bool:
    return (
        shutil.which("unshare") is not None
        and not subprocess.run(first_of_a_container(("true",)), capture_output=True, check=False).returncode
    )


if may_unshare():  # some machines give nobody a process namespace of their own, and there a skip would be no news

    def test_the_first_process_of_a_container_ends_when_it_is_told(tmp_path: Path) -> None:
        """The kernel keeps signals from such a process unless it takes them. Mutant: no handler before the imports: it goes on for ever."""
        made = company_without_a_broker(tmp_path)
        clean = {name: text for name, text in os.environ.items() if not name.startswith("SOJOURN_")}
        command = first_of_a_container((str(SOJOURN), "worker", "--only", "journey"))
        outside = subprocess.Popen(command, env={**clean, **made.variables}, stderr=subprocess.DEVNULL)
        try:
            children = Path(f"/proc/{outside.pid}/task/{outside.pid}/children")
            first = int(until(lambda: children.read_text().split(), str)[0])
            until(lambda: listens(first) and "python" in Path(f"/proc/{first}/cmdline").read_text())
            assert ended_soon(outside, lambda: os.kill(first, signal.SIGTERM)) == 0
        finally:
            outside.kill()
            outside.wait(10)


def test_nothing_heavy_is_loaded_before_signals_are_obeyed() -> None:
    """Mutant: typer imported with the command line: half a second in which a signal is lost."""
    program = "import sys\nimport agents.cli\nprint({'typer', 'rich', 'pydantic', 'confluent_kafka', 'faust'} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=True).stdout == b"set()\n"
