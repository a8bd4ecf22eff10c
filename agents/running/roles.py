"""The roles of a worker. Each has its own process, consumer group and HTTP port."""

from __future__ import annotations

from typing import Literal, TypeAlias

CarrierRole: TypeAlias = Literal["journey", "ingest"]
Role: TypeAlias = Literal["journey", "ingest", "serving", "insights", "learning"]
ROLES: tuple[Role, ...] = ("journey", "ingest", "serving", "insights", "learning")
