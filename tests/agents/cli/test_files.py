"""`sojourn files`: what ships with the product, written where the documents' commands find it; and `sojourn --version`."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.cli import main
from agents.running.build import commit_of
from agents.tools.operating.shipped import shipped
from tests.conftest import REPOSITORY


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run the command line in this process, and return its exit code."""
    monkeypatch.setattr("sys.argv", ["sojourn", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_all_that_ships_is_written_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: only the mappings are written."""
    assert run(monkeypatch, "files", str(tmp_path / "new")) == 0
    written = {file.relative_to(tmp_path / "new" / "deploy"): file.read_bytes() for file in (tmp_path / "new").rglob("*") if file.is_file()}
    assert written == {file.relative_to(shipped()): file.read_bytes() for file in shipped().rglob("*") if file.is_file()}
    assert {path.parts[0] for path in written} >= {"mappings", "blueprints", "requirements.lock"}


def test_a_file_that_was_changed_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Mutant caught: what a user has changed is replaced without a word. The second run with no change writes all again."""
    assert run(monkeypatch, "files", str(tmp_path)) == run(monkeypatch, "files", str(tmp_path)) == 0
    mine = tmp_path / "deploy" / "mappings" / "cdnow.toml"
    mine.write_text("mine")
    assert run(monkeypatch, "files", str(tmp_path)) == 2
    assert str(mine) in capsys.readouterr().err.replace("\n", "")
    assert mine.read_text() == "mine"
    assert run(monkeypatch, "files", str(tmp_path), "--overwrite") == 0
    assert mine.read_text() != "mine"


def test_a_mapping_that_is_missing_is_written_by_the_command_that_the_error_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.csv").write_text("")
    words = ("send", "shop.csv", "--mapping", "deploy/mappings/simple_shop.toml", "--dry-run")
    assert run(monkeypatch, *words) == 2
    assert "`sojourn files .`" in capsys.readouterr().err.replace("\n", " ")
    assert run(monkeypatch, "files", ".") == 0
    capsys.readouterr()
    run(monkeypatch, *words)
    assert "there is no file deploy" not in capsys.readouterr().err


def test_the_version_names_the_commit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--version") == 0
    commit = commit_of(Path("no such file"), REPOSITORY / ".git")
    assert capsys.readouterr().out.startswith(f"sojourn 0.1.0 ({f'commit {commit[:12]}' if commit else 'commit unknown'}, ")


@pytest.mark.parametrize(
    ("files", "commit"),
    [
        ({"HEAD": "ref: refs/heads/main\n", "refs/heads/main": "abc\n"}, "abc"),
        ({"HEAD": "ref: refs/heads/main\n", "packed-refs": "# pack-refs\ndef refs/heads/main\n"}, "def"),
        ({"HEAD": "0123\n"}, "0123"),
        ({}, ""),
    ],
    ids=["branch", "packed", "detached", "no checkout"],
)
def test_the_commit_of_a_checkout(files: dict[str, str], commit: str, tmp_path: Path) -> None:
    """Mutants caught: a branch that git has packed is not found; what a wheel's build wrote does not win."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert commit_of(tmp_path / "COMMIT", tmp_path) == commit
    (tmp_path / "COMMIT").write_text("from the wheel\n")
    assert commit_of(tmp_path / "COMMIT", tmp_path) == "from the wheel"
