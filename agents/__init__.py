"""The processes of Sojourn, with Faust, Kafka, Redis, Prometheus and the environment. Only this package waits; `streams` never does.

The packages (rooms) that workers run, from top to bottom. Each imports only those below it:

- `app.py` builds a role from the settings. `observing/` serves metrics and health, and sets up logs.
- `ingest.py`, `journey/`, `serving/`, `insights/`, `learning/`: the five roles of a worker.
- `published/`: blueprints and models in the log. `running/`: processes, leader election, run files.
- `kafka/`: producer, reader, administration, control records.
- `settings/`: the settings from the environment. `carrier/`: reads and writes topics exactly once, with Faust.

What people use: `cli/`, with one file per command, and `tools/` (demo, embedded servers, evaluation, mapping, operation, reports). No
worker loads them.
"""
