"""One customer's course in words: what touched them, what was noticed, what was decided, each with its reasons.

`entries` puts records in order, `wording` says each in a sentence, `folding` draws uneventful stretches together, `printing` shows
them on a terminal, `reading` takes them from the topics. `sojourn explain`, the demo and its report tell the same chronicle.
"""
