"""A customer's timeline (chronicle) in words: touchpoints, signals, decisions, each with its reasons.

`reading` reads the records from the topics, `entries` puts them in order, and `wording` puts each into a sentence. `folding` joins
uneventful entries, and `money` adds up what was bought, each currency for itself. `printing` shows a timeline on a terminal, `html` on a
page. `sojourn explain`, the demo and its report show the same timeline.
"""
