"""What every insight is: a record about many customers, under an id that says what it is about."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from schemas.topics import INSIGHTS
from schemas.touchpoints.base import snake_case


class Insight(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=snake_case):
    """One record about many customers."""

    topic: ClassVar[str] = INSIGHTS

    id: str  # what the insight is about
