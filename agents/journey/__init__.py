"""The journey role: it reads touchpoints, updates journeys and publishes decisions.

`job.py` applies records to journeys. `direct_input.py` checks what arrives on the touchpoint topic. `outputs.py` makes the records that
are published. `clock.py`, `timer_queue.py` and `tick_producer.py` send a tick when a timer is due. `counters.py`, `latency.py` and
`silenced.py` keep counts that `observing` reads.
"""
