"""Writes the pages of `docs/reference` (`make docs`). With `--check` it only prints which pages differ, and exits with 1 if one does."""

from __future__ import annotations

import sys

from agents.tools.reference.pages import main

sys.exit(main(sys.argv[1:]))
