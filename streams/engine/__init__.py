"""What surrounds a decision: memory, timers, the watermark, the size limit, control records, and the end of an event."""
