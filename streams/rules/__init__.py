"""What a company may set, checked and compiled: thresholds, stages, offers, audiences, risk terms and days off.

`blueprint.py` holds the values with their defaults. `compiled.py` turns them into `Rules`, which `decide` reads. Nothing here takes
the context of a decision: the rooms that change a journey stand above.
"""

from __future__ import annotations

from streams.rules.compiled import Rules

__all__ = ["Rules"]
