"""A process ends with the code that it means, also where nothing can be printed any more, and on SIGTERM from its first moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from agents.tools.embedded.servers import key_file
from tests.agents.cli.terminal_session import SOJOURN, sojourn

DIE = """
from agents.carrier.exits import Refusal, die
from agents.observing.logs import set_up
set_up("journey", as_json={json})
die({cause})
"""
SENTENCE = [
    (DIE.format(json=json, cause=cause), code) for json in (True, False) for cause, code in (("'in doubt'", 70), ("Refusal('a', 'b')", 2))
]
WORKER = (str(SOJOURN), "worker")
NOWHERE = {"SOJOURN_HTTP_HOST": "192.0.2.1"}  # an address that no machine has (RFC 5737)
ENDS: list[tuple[Sequence[str], dict[str, str], int]] = [
    *(((sys.executable, "-c", program), {}, code) for program, code in SENTENCE),
    (WORKER, {"SOJOURN_PARTITIONS": "many"}, 2),
    ((*WORKER, "--only", "journey"), NOWHERE, 2),
    (WORKER, NOWHERE, 2),
]


def ended(words: Sequence[str], how: str, home: Path, env: dict[str, str]) -> int:
    """The exit code of this program, with its standard error `full` (a full disk), `closed`, or `stuck` (nobody reads)."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("SOJOURN_")}
    theirs = {**clean, "SOJOURN_HOME": str(home), **env}
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while how == "stuck":
            os.write(writing, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(writing, True)
    full = os.open("/dev/full", os.O_WRONLY)
    where = {"full": full, "stuck": writing, "closed": None}[how]
    try:
        shell = ("sh", "-c", 'exec "$@" 2>&-', "sh") if how == "closed" else ()
        return subprocess.run((*shell, *words), stdout=subprocess.DEVNULL, stderr=where, env=theirs, timeout=90, check=False).returncode
    finally:
        for number in (reading, writing, full):
            os.close(number)


@pytest.mark.parametrize("how", ["full", "closed"])
@pytest.mark.parametrize(("words", "env", "code"), ENDS)
def test_an_end_has_its_code_where_nothing_can_be_printed(
    how: str, words: Sequence[str], env: dict[str, str], code: int, tmp_path: Path
) -> None:
    """Mutants: `die` prints without a guard (1 for 70 and 2); the CLI's error likewise."""
    assert ended(words, how, tmp_path, env) == code


@pytest.mark.parametrize(("program", "code"), SENTENCE)
def test_an_end_waits_for_nobody_who_reads_its_last_line(program: str, code: int, tmp_path: Path) -> None:
    """Mutant: the last line logged by the thread that ends the process: it hangs for ever."""
    assert ended((sys.executable, "-c", program), "stuck", tmp_path, {}) == code


@pytest.mark.parametrize("words", [(), ("--only", "journey"), ("--only", "serving")])
def test_a_home_that_cannot_be_written_is_refused_with_its_fix(words: Sequence[str]) -> None:
    """Mutant: no check. A supervisor then starts the role again for ever: 70, FileNotFoundError."""
    answer = sojourn("worker", *words, home=Path("/proc/nowhere"))
    assert answer.code == 2
    assert "SOJOURN_HOME='/proc/nowhere': cannot be written to" in answer.err
    assert "name a folder that this program may write to" in answer.err


def test_a_certificate_that_is_none_is_refused(tmp_path: Path) -> None:
    """Mutant: a client's `invalid argument` taken for a failure (70)."""
    (tmp_path / "ca").write_text("no certificate")
    env = {"SECURITY_PROTOCOL": "SSL", "TLS_CA_FILE": str(tmp_path / "ca"), "CONTROL_KEY_FILE": str(key_file(tmp_path)), "HTTP_PORT": "0"}
    answer = sojourn("worker", "--only", "journey", home=tmp_path, stdin=b"", **env)
    assert answer.code == 2
    assert "sojourn worker refuses to run: the settings are not usable" in answer.err


def test_a_file_is_not_written_over_by_what_a_closed_standard_error_would_get(tmp_path: Path) -> None:
    """Mutant: closed standard files stay closed. The next file or socket that is opened is then number 2."""
    program = "import os\nfrom agents.cli.terminal import beginning\nbeginning.keep_standard_files()\nprint(os.open('/', os.O_RDONLY) > 2)"
    shell = ("sh", "-c", 'exec "$@" 2>&- 0<&-', "sh", sys.executable, "-c", program)
    assert subprocess.run(shell, capture_output=True, timeout=60, check=True).stdout == b"True\n"
