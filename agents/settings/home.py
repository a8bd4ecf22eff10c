"""Checks that a worker may write to its home folder: the lock of its name and its run files are there."""

from __future__ import annotations

import tempfile

from agents.settings.parsing import SettingsError, Variable
from agents.settings.settings import VARIABLES, Settings
from schemas.problems import Problem

_FIX = "name a folder that this program may write to; it holds locks and run files, and no state"


def check_home(settings: Settings) -> None:
    """Create the folder if it is missing. Raises SettingsError if it cannot be created, or no file can be created in it."""
    folder = settings.home / "workers"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        where = Variable(VARIABLES["home"], str(settings.home))
        raise SettingsError([Problem(where, f"cannot be written to ({error.strerror})", _FIX)]) from None
