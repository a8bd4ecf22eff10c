"""The core: what an event means for a customer's journey. It is pure: no input or output, no clock, no framework, no chance.

At the front:

- `decide.py` names every step of a decision, in order. `context/` is the context of one decision.
- `replay.py` is the test kit: it applies events in one thread. `story.py` writes a journey in a few lines.
- `totals.py` adds up what all partitions have counted.
- `friction/` and `churn/` hold the detectors, one a file.

The rooms, top to bottom. Each imports only rooms below it (import-linter checks this):

- `identity/`: two ids become one customer.
- `engine/`: memory, timers, watermark, size limit, control records, and the end of an event.
- `blueprints/`: a company's rules as a TOML file.
- `signals/`: what detectors claim is raised, waits for its deadline, and is closed.
- `customer/`: stage, loyalty, motive, expectations, promises, personas; `value/`: past and expected value, tiers.
- `offers/`: from reasons to one decision; `steps/`: the steps of the funnel.
- `insights/`: counts over all customers, metrics, targets, surges, paths.
- `risk/`: the score, its band, and the labels from which weights are learnt.
- `plan.py`: what a touchpoint of one kind can set off; `planning.py`, above the rooms it asks, finds it.
- `context/` stands here: only rooms above it change a journey.
- `rules/`: what a company may set, checked and compiled; `audience/`: the language of audience rules.
- `friction/`, `churn/`: the detectors.
- `detectors/`: how a detector is declared, and the scan that finds them; `shared/`: questions that several detectors ask.
- `cadence/`: models of the rhythm of purchases.
- `state/`: what is remembered, and its bytes.

The principle: declare low, read in the middle, act high.
"""
