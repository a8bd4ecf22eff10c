"""The journey role: touchpoints in, decisions out.

`job.py` applies records to journeys. `direct_input.py` checks what arrives on the touchpoint topic, `outputs.py` makes records of what is
published. `clock.py`, `timer_queue.py` and `tick_producer.py` send a tick when a timer is due. `counters.py`, `latency.py` and
`silenced.py` keep figures that `observing` reads.
"""
