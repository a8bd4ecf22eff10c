"""The demo for newcomers: a real year of a grocer's customers is replayed through real servers, and a report shows what was found.

`shaping` turns the data into touchpoints. `scene` starts servers and worker, and stops them again. `run` does the replay. `findings` counts
what Sojourn published, and `page` makes the report. No worker uses this package.
"""
