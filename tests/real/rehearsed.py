"""What the tests on real data share: a file of the folder beside the project, rehearsed by its mapping. The other side of each figure is
counted by pandas from the file itself, never by our own code."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agents.tools.mapping.declared import Declared
from agents.tools.mapping.reading import mapping_in, told
from agents.tools.mapping.rehearsing import Rehearsal, rehearsed
from agents.tools.mapping.telling import Account
from tests.conftest import REPOSITORY

MAPPINGS = REPOSITORY / "deploy" / "mappings"


@dataclass(frozen=True)
class Played:
    """One file: what its mapping understood, and what the journeys made of it."""

    declared: Declared
    account: Account
    rehearsal: Rehearsal


@cache
def played(mapping: str, file: Path) -> Played:
    """The file rehearsed by this mapping, once for all tests."""
    declared, account = mapping_in(MAPPINGS / f"{mapping}.toml"), Account()
    touchpoints = [made for each in told(declared, str(file), int(time.time() * 1000)) if (made := account.take(each)) is not None]
    touchpoints.sort(key=lambda touchpoint: touchpoint.at)
    return Played(declared, account, rehearsed(touchpoints, steps=declared.funnel))
