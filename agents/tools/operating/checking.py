"""The result of one check of `sojourn doctor`."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.kafka.admin import Finding


@dataclass
class Report:
    """What one check says in one line, its findings and its notes. `ran` is false if the check was skipped."""

    check: str
    says: str = ""
    findings: list[Finding] = field(default_factory=list)
    ran: bool = True
    notes: list[str] = field(default_factory=list)  # further lines, of what is no fault of the cluster
