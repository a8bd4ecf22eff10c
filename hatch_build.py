"""A hook of the wheel's build: it writes the commit that the wheel is built from into it (`agents/running/build.py` reads it)."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface[Any]):
    """SOURCE_COMMIT wins: an image is built from a copy without `.git`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add `agents/running/COMMIT` to the wheel. An editable install reads the checkout's own `.git`."""
        if version == "editable":
            return
        commit = os.environ.get("SOURCE_COMMIT") or self._told_by_git()
        if commit:
            self._folder = tempfile.TemporaryDirectory()
            file = Path(self._folder.name) / "COMMIT"
            file.write_text(commit)
            build_data["force_include"][str(file)] = "agents/running/COMMIT"

    def _told_by_git(self) -> str:
        try:
            command = ["git", "rev-parse", "HEAD"]
            done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)  # noqa: S603  # its words stand here
        except OSError:  # there is no git here
            return ""
        return done.stdout.strip()
