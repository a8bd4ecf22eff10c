"""What the read model shows, held against the changelog it is made of."""

from __future__ import annotations

from tests.faults.cluster import Cluster
from tests.faults.reading import Reading


def check_view(cluster: Cluster, reading: Reading) -> list[str]:
    """What is wrong with it; nothing, once it has caught up."""
    return []
