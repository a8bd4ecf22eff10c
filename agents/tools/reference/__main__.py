"""`make docs` writes the pages of `docs/reference`; with `--check` it only says which differ, and ends with 1 where one does."""

from __future__ import annotations

import sys

from agents.tools.reference.pages import main

sys.exit(main(sys.argv[1:]))
