"""Measures how good the risk is. A history is replayed up to a moment, every customer is scored there, and the scores are compared with
what really came.

`course` replays the history and learns models on the way. `asking` scores everyone at the moment and looks up who left. `naive` holds the
rules of thumb that our risk must beat. `comparing` computes the figures of all scores on the same customers.
"""
