"""The wheel outside the checkout: built, installed with the lock of what workers need, and used from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

UV = Path(sys.executable).with_name("uv")


def ran(*words: str | Path, where: Path, **variables: str) -> str:
    """Run a command in a folder, without anything of the checkout on its paths. Return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(list(map(str, words)), cwd=where, env={**environment, **variables}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def sojourn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command `sojourn` of an environment that has the wheel and the locked packages of a worker, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    command = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder / "dist")
    ran(*command, where=REPOSITORY, SOURCE_COMMIT="0123456789abcdef")
    ran(sys.executable, "-m", "venv", "--without-pip", folder / "env", where=folder)
    python, (wheel,) = folder / "env" / "bin" / "python", (folder / "dist").glob("*.whl")
    ran(UV, "pip", "sync", "--quiet", "--python", python, "--require-hashes", REPOSITORY / "deploy" / "requirements.lock", where=folder)
    ran(UV, "pip", "install", "--quiet", "--python", python, "--no-deps", wheel, where=folder)
    return folder / "env" / "bin" / "sojourn"


def test_an_installed_wheel_is_whole(sojourn: Path, tmp_path: Path) -> None:
    """It names its commit, brings the files that the documents speak of, and reads a file of a shop by one of them.

    Mutants caught: `deploy/` left out of the wheel; a package of the workers that only the development extras bring.
    """
    assert ran(sojourn, "--version", where=tmp_path) == "sojourn 0.1.0 (commit 0123456789ab, pure)\n"
    ran(sojourn, "files", ".", where=tmp_path)
    assert sorted(file.name for file in (tmp_path / "deploy" / "blueprints").iterdir()) == ["retail.toml", "subscription.toml"]
    ran(sojourn, "blueprint", "check", "deploy/blueprints/retail.toml", where=tmp_path)  # exits with 1 where one cannot be read
    (tmp_path / "shop.csv").write_text("user_id,event,timestamp\n7,catalog,2019-11-01 17:59:13.27\n")
    words = ("send", "shop.csv", "--mapping", "deploy/mappings/simple_shop.toml", "--dry-run", "--json")
    assert '"understood":1' in ran(sojourn, *words, where=tmp_path)


@pytest.mark.parametrize("role", ["ingest", "journey", "serving", "insights", "learning"])
def test_every_role_can_be_imported_from_the_wheel(role: str, sojourn: Path, tmp_path: Path) -> None:
    """Mutant caught: a module of the checkout that the wheel leaves out, which would be found on the path."""
    program = f"import agents.app, agents.{role}; print(agents.__file__)"
    assert Path(ran(sojourn.with_name("python"), "-c", program, where=tmp_path).strip()).is_relative_to(sojourn.parents[1])
