"""Insights over all customers: counting as journeys happen, and what the counts amount to.

- `counting.py` counts what happens in a journey. `visits.py`, `paths.py`, `rates.py`, `moments_of_truth.py` and `harm/` count their parts.
- `measures.py` turns the counts of a place into metrics. `intervals.py` says how exact each is. `naming.py` gives insights their ids.
- `targets.py` finds missed targets, `surge.py` finds surges of friction, and `baselines.py` works out the norms for detectors.
"""
