"""Every command explains itself, at once, with an example."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from agents.cli import application, names
from agents.cli.terminal.errors import shown
from tests.agents.cli.terminal_session import SOJOURN, sojourn


def _leaves(command: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    inner = getattr(command, "commands", None)
    if inner:
        return [leaf for name, each in inner.items() for leaf in _leaves(each, (*path, name))]
    return [(path, str(getattr(command, "help", "")))]


LEAVES = _leaves(typer.main.get_command(application(names())))


@pytest.mark.parametrize(("path", "words"), LEAVES, ids=[" ".join(path) for path, _ in LEAVES])
def test_every_command_has_help_with_an_example_of_itself(path: tuple[str, ...], words: str) -> None:
    assert f"Example: `sojourn {' '.join(path)}" in words


def test_help_names_every_command(tmp_path: Path) -> None:
    answer = sojourn("--help", home=tmp_path)
    assert answer.code == 0
    assert all(f"  {name} " in answer.out for name in names())


def test_help_imports_no_client_and_no_renderer() -> None:
    """Half a second of imports, where help takes 0.2 s; catches the mutant with a Kafka client at the top of a command."""
    slow = (
        "{'kafka', 'confluent_kafka', 'redis', 'faust', 'aiokafka', 'pandas', 'jgo', 'rich.console', 'orjson', 'msgspec', "
        "'pydantic', 'pydantic_settings', 'jinja2', 'scipy', 'numpy'}"
    )
    code = f"import sys; from agents.cli import application, names; application(names()); print({slow} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_wrong_use_ends_with_2_and_no_traceback(tmp_path: Path) -> None:
    for words in (("nonsense",), ("send",), ("follow", "gossip"), ("topics", "trust", "--job", "none", "0")):
        answer = sojourn(*words, home=tmp_path)
        assert (answer.code, "Traceback" in answer.err) == (2, False), answer


def test_wrong_settings_are_told_all_at_once(tmp_path: Path) -> None:
    answer = sojourn("doctor", home=tmp_path, PARTITIONS="many", MODE="sideways")
    assert answer.code == 2
    assert "SOJOURN_PARTITIONS='many'" in answer.err
    assert "SOJOURN_MODE='sideways'" in answer.err


def test_a_broken_run_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{broken")
    answer = sojourn("settings", home=tmp_path)
    assert answer.code == 2
    assert "run.json" in answer.err


def test_a_defect_of_ours_is_two_lines_and_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, shown():
        raise ZeroDivisionError("of ours")
    words = capsys.readouterr().err
    assert ended.value.code == 2
    assert "ZeroDivisionError: of ours" in words
    assert "Traceback" not in words
    page = Path(words.split()[-1])
    assert "test_a_defect_of_ours" in page.read_text()
    page.unlink()


def test_a_reader_that_has_had_enough_is_no_error(tmp_path: Path) -> None:
    command = f"{SOJOURN} settings --json | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


def test_settings_print_value_and_origin_and_mask_secrets(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("the secret itself")
    rows = {row["variable"]: row for row in sojourn("settings", "--json", home=tmp_path, CONTROL_KEY_FILE=str(key)).documents()}
    assert rows["SOJOURN_PARTITIONS"]["value"] == "4"
    assert rows["SOJOURN_PARTITIONS"]["origin"] == "default"
    assert rows["SOJOURN_CONTROL_KEY_FILE"] | {"doc": ""} == {
        "variable": "SOJOURN_CONTROL_KEY_FILE",
        "value": f"*** (in {key})",
        "origin": "environment",
        "doc": "",
    }


def test_an_unreachable_broker_is_told_with_its_fix(tmp_path: Path) -> None:
    answer = sojourn("topics", "check", home=tmp_path, BROKERS="127.0.0.1:1")
    assert answer.code == 2
    assert "no Kafka broker answers at 127.0.0.1:1" in answer.err
    assert "sojourn up" in answer.err
