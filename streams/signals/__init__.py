"""The life of a signal: a detector's claim is raised, a deadline waits, and the signal is closed.

- `raising.py` asks the detectors and raises signals. `weekly.py` asks the weekly detectors.
- `deadlines.py` opens, pauses and closes the deadlines of absence detectors.
- `closing.py` closes and retracts signals.
"""
