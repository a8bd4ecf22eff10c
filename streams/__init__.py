"""What it means: touchpoints become journeys, signals and decisions. Pure code: no I/O, no clock, no framework, no randomness.

At the front: `replay.py` is the oracle and `story.py` writes a journey in lines; together they are the test kit. `totals.py` adds up what
all partitions counted. `decide.py` names every step of a decision; `context.py` is what each step is given.

The rooms, top to bottom. Each imports only rooms below it (`make check` holds the order):

- `identity/`: two ids become one journey. `engine/`: memory, timers, the watermark, the size limit, and how an event is finished.
- `blueprints/`: rules as a TOML file. `signals/`: a signal is raised, waits for its deadline, and is closed.
- `customer/`: stage, loyalty, motive, expectations, personas, and value.
- `offers/`: the funnel. `insights/`: counting over all customers, metrics, surges, paths.
- `risk/`: the score, its band, when it crosses into another, and the labels that weights are learnt from.
- `rules/`: what a company may set, checked and compiled.
- `friction/`, `churn/`: a detector a file. `detectors/`: how one is declared, and the scan that finds them.
- `cadence/`: the rhythm of purchases. `state/`: what is remembered, and its bytes.

What a company may set is declared low, what takes the context of a decision acts high. So no two rooms import each other.
"""
