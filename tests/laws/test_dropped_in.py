"""A detector is one file: dropped into its folder it is registered, bound by every law, and heard in a story, with nothing else touched.

The trees are copied, so that the repository stays as it is while a real interpreter imports the new file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = '''"""Quota walls."""

from __future__ import annotations

from schemas.touchpoints.usage import QuotaReached
from streams.detectors import Found, Limits, pattern
from streams.state import Journey


@pattern("quota_wall", on=QuotaReached, limits={"percent": 100}, severity=2)
def quota_wall(_journey: Journey, quota: QuotaReached, limits: Limits) -> Found | None:
    """The customer ran into a limit of their plan.

    **Definition**: a quota used up to `percent`.
    **Default**: 100.
    **Source**: [ours].
    **Guard**: a warning before the limit is a service.

    >>> from streams.replay import heard
    >>> heard("0 app quota_reached - quota=storage used_percent=100")
    ['quota_wall']
    >>> heard("0 app quota_reached - quota=storage used_percent=80")
    []
    """
    return Found([quota.id], f"Used up {quota.quota}") if quota.used_percent >= limits["percent"] else None
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for package in ("schemas", "streams"):
        shutil.copytree(REPOSITORY / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/__init__.py").touch()
    shutil.copytree(REPOSITORY / "tests/laws", tmp_path / "tests/laws", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *words], cwd=tree, env=environment, capture_output=True, text=True, timeout=120, check=False)


def laws_on(tree: Path, name: str) -> subprocess.CompletedProcess[str]:
    options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib", "--doctest-modules", "-k", name)
    return run(tree, "-m", "pytest", *options, "tests/laws/test_detectors.py", f"streams/friction/{name}.py")


def test_a_new_file_is_registered_heard_and_bound_by_every_law(tree: Path) -> None:
    (tree / "streams/friction/quota_wall.py").write_text(SOURCE)
    program = "from streams.replay import heard; print(heard('0 app quota_reached quota=a'))"
    assert run(tree, "-c", program).stdout == "['quota_wall']\n"
    judged = laws_on(tree, "quota_wall")
    assert judged.returncode == 0, judged.stdout
    assert "7 passed" in judged.stdout  # its doctest, four laws of itself, the laws of a journey, and that it speaks


def test_a_new_file_without_its_guard_is_refused(tree: Path) -> None:
    (tree / "streams/friction/quota_wall.py").write_text(SOURCE.replace("**Guard**", "Guard"))
    judged = laws_on(tree, "quota_wall")
    assert "is_documented" in judged.stdout
    assert judged.returncode == 1


def test_a_name_used_twice_ends_the_program(tree: Path) -> None:
    (tree / "streams/friction/quota_wall.py").write_text(SOURCE.replace('"quota_wall"', '"rage_click"'))
    judged = run(tree, "-c", "from streams.detectors import registry; registry()")
    assert "two detectors are called rage_click" in judged.stderr
