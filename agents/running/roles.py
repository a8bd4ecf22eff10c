"""The roles of a worker: each is one process, one consumer group, one HTTP port."""

from __future__ import annotations

from typing import Literal, TypeAlias

CarrierRole: TypeAlias = Literal["journey", "ingest"]
Role: TypeAlias = Literal["journey", "ingest", "serving", "insights", "learning"]
ROLES: tuple[Role, ...] = ("journey", "ingest", "serving", "insights", "learning")
