"""The carrier: it reads a topic with Faust, keeps the state, and writes each result exactly once.

Records come in as chunks. Results go out as one Kafka transaction. Nothing between the two can be half done.

The way of a record, and why each step may be repeated:

1. **Assigned** (`chunks.on_partitions_assigned`): the ledger stores the group membership: generation, member, partitions. Safe to
   repeat: a partition is kept only if the same member owned it in the generation just before. Everything else is forgotten.
2. **Read** (`recovery`, `reader`, `changelog`): the worker reads states and partition records up to the high watermark. A frozen
   predecessor may have left a transaction open; the read waits for its end. Safe to repeat: reading changes nothing, and an
   abandoned read is never installed.
3. **Compared** (`progress`): the partition record is compared with the log and with the group's stable offset. If they do not
   belong together, the worker refuses (exit code 2). Safe to repeat: this step only asks.
4. **Sought** (`chunks.go_on`): each partition seeks to the position in its record. Only records fetched after this seek are
   accepted. Safe to repeat: an earlier fetch carries an older number, and its records are fetched again.
5. **Fetched** (`fetching`, `chunks`): records arrive in chunks of at most 1,000. Each chunk says where it began. Safe to lose: the
   next chunk does not join, and the process ends (70) before anything behind the hole is committed.
6. **Applied** (`ledger.accept`): the job applies one record after another, a whole chunk in one step of the event loop. States,
   outputs and position change together in memory. Safe to repeat: nobody has seen them. If our own code raises, the partition is
   forgotten and read again, and the record at that offset is rejected.
7. **Committed** (`commits`, `transaction`): the producer flushes outputs, changed states and partition records. Then the offsets
   join the transaction, with the stored membership. Then everything becomes visible at once. A record acknowledged without an
   offset is in no log: it ends the process before the offsets join. Safe to repeat: the broker refuses a membership that has
   ended. Whoever opens the same transactional id next aborts what was not committed.
8. **Given back** (`chunks.on_partitions_revoked`): the ledger accepts no more records. It commits once more while the generation
   is valid, and then no more.

Any failure ends the process with one line that names the cause (`exits`). A supervisor starts it again under the same name.
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
