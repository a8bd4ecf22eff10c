"""What a newcomer sees: a real year of a grocer's customers, replayed through the real servers, and what was found in it.

`history` shapes the year, `findings` counts what Sojourn published about it, `page` draws it; `run` puts servers, worker and
replay together and takes them away again. Nothing here is used by a worker.
"""
