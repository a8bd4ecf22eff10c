"""Faust, exactly once: chunks in, one transaction out, and nothing in between that can be half done.

The way of a record, and why each step may be repeated:

1. **Assigned** (`chunks.on_partitions_assigned`): the ledger freezes the membership: generation, member, partitions. Safe to
   repeat: a partition is kept only if the same member owned it in the very generation before; all else is forgotten.
2. **Read** (`recovery`, `reader`, `changelog`): states and partition records, to the high watermark, waiting for a frozen predecessor's
   transaction to end. Safe to repeat: reading changes nothing, and an abandoned read is never installed.
3. **Compared** (`progress`): the partition record against the log and the group's stable offset. Where they do not belong
   together the worker refuses (2). Safe to repeat: it only asks.
4. **Sought** (`chunks.go_on`): every partition to the position its record names. Only what is fetched after this seek passes.
   Safe to repeat: what was fetched before carries an older number, and is fetched again.
5. **Fetched** (`fetching`, `chunks`): chunks of at most 1,000 records, each saying where it began. Safe to lose: the next one
   does not join, and the process ends (70) before anything behind the hole could be committed.
6. **Applied** (`ledger.accept`): record by record, in one tick a chunk; states, outputs and position move together in memory.
   Safe to repeat: nobody has seen it. Where our own code raises, the partition is forgotten, read again, and that offset rejected.
7. **Committed** (`commits`, `transaction`): outputs, changed states and the partition records are flushed, then the offsets join
   with the frozen membership, then all of it becomes visible at once. A record that was acknowledged without an offset is in no
   log: it ends the process before the offsets join. Safe to repeat: the broker refuses a membership that ended, and what is not
   committed is aborted by whoever opens the same transactional id next.
8. **Given back** (`chunks.on_partitions_revoked`): gates closed, a last commit while the generation is valid, then none.

Any failure ends the process with one line that names the cause (`exits`); a supervisor starts it again under the same name.
"""

from agents.carrier.exits import Refusal
from agents.carrier.ledger import Ledger
from agents.carrier.membership import Assignment, Counters
from agents.carrier.options import CarrierOptions
from agents.carrier.partition import Job, OwnedPartition
from agents.carrier.record import ConsumerRecord, PartitionRecord, journey_key
from agents.carrier.rejections import rejection_record
from agents.carrier.worker import Task, run

__all__ = [
    "Assignment",
    "CarrierOptions",
    "ConsumerRecord",
    "Counters",
    "Job",
    "Ledger",
    "OwnedPartition",
    "PartitionRecord",
    "Refusal",
    "Task",
    "journey_key",
    "rejection_record",
    "run",
]
