"""How good the risk is: a history streamed up to a moment, every customer judged from their journey, and then what really came.

`course` replays the history and learns models as it goes, `asking` scores everyone at the moment and looks up what became of them,
`naive` holds the rules of thumb that ours must beat, `judging` the figures of all of them on the same customers.
"""
