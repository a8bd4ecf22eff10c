"""How many names were too many: sightings whose name a partition did not keep apart (`streams.state.names`)."""

from __future__ import annotations

from schemas.outputs.insights import NamesCrowded
from streams.insights.naming import insight_id
from streams.state.aggregates import Aggregate, Key

SORT = "names"  # the first part of the key
_WORDS = {"place": "places", "channel": "channels", "path": "paths", "norm": "norms"}


def describe_crowded(key: Key, aggregate: Aggregate) -> NamesCrowded:
    """Return one row as it is published.

    >>> describe_crowded(("names", "channel"), Aggregate({"other": 1440, "pushed_out": 1})).words
    'too many channels: 1,440 sightings were counted as other, and 1 name gave way to one that was seen more'
    """
    other, pushed_out = (aggregate.counts.get(name, 0) for name in ("other", "pushed_out"))
    gave = f"{pushed_out:,} name{'' if pushed_out == 1 else 's'}"
    words = (
        f"too many {_WORDS.get(key[1], key[1])}: {other:,} sightings were counted as other, and {gave} gave way to one that was seen more"
    )
    return NamesCrowded(id=insight_id(*key), of=":".join(key[1:]), other=other, pushed_out=pushed_out, words=words)
