"""Cadence models: how likely a customer is to have left, and how many purchases to expect, from the rhythm of their purchases.

- `model.py` scores one customer by a published model of one of three families: `bg_nbd.py`, `mbg_nbd.py`, `pareto_nbd.py`.
- `own_rhythm.py` needs no model: it uses the customer's own gaps alone.
- `beta_geometric.py` and `legendre.py` hold the mathematics of the families.
"""
