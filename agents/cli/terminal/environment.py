"""The settings of this program, from its environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.settings import Settings


def settings() -> Settings:
    """Return the settings from the environment of this command."""
    from agents.settings import Settings

    return Settings.from_env(os.environ)
