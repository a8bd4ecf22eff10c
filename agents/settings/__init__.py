"""The settings from the environment, the parsing of their texts, and the security properties of clients made from them."""

from __future__ import annotations

from agents.settings.settings import ROWS, VARIABLES, Settings, SettingsError

__all__ = ["ROWS", "VARIABLES", "Settings", "SettingsError"]
