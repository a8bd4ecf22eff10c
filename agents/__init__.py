"""Who does it: Faust, Kafka, Redis, Prometheus and the environment. This is the only code that waits.

What runs, top to bottom; each room imports only rooms below it:

- `app.py` composes a role from the settings; `observing/` answers for metrics, health and logs.
- `ingest.py`, `journey/`, `serving/`, `insights/`, `learning/`: the five roles of a worker.
- `published/`: blueprints and models in the log. `running/`: processes, leader election, run files.
- `kafka/`: producer, reader, administration, control records.
- `settings/`: the environment. `carrier/`: Faust, exactly once.

What people use: `cli/`, a command a file, and `tools/` (demo, embedded servers, evaluation, mapping, operation, reports). No worker loads
them.
"""
