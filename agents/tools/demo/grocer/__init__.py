"""The demo of a real year: a grocer's customers are replayed through real servers.

`shaping` turns the data into touchpoints. `run` does the replay, `telling` prints what was found, and `page` makes the report with its
`pictures`.
"""
