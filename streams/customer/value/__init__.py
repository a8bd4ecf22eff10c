"""The customer's value: what they brought so far (`past.py`) and what they are expected to bring (`ahead.py`), together in `equity.py`.

- `tiers.py` counts customers on the steps of `scale.py`, and `thresholds.py` finds where the tiers begin.
- `cohorts.py` follows bargain and impulse buyers. `recounting.py` counts two ids of one customer once.
- `winback.py` lists the customers who brought much and have probably gone.
"""
