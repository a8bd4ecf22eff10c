"""The environment: settings, how their texts are parsed, and the security options that clients derive from them."""

from __future__ import annotations

from agents.settings.settings import ROWS, VARIABLES, Settings, SettingsError

__all__ = ["ROWS", "VARIABLES", "Settings", "SettingsError"]
