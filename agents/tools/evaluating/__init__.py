"""Measures how good the risk is: replays a history, scores every customer at a moment, and compares the scores with what really came.

`course` replays the history and learns models on the way. `asking` scores everyone at the moment and looks up who left. `naive` holds the
rules of thumb that our risk must beat. `comparing` computes the figures of all scores on the same customers.
"""
