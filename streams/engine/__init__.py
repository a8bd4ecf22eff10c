"""What surrounds a decision: memory, timers, the watermark, the size limit, control records, and how an event is finished."""
