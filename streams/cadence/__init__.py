"""Cadence models: from the rhythm of purchases, whether a customer has left and how many purchases to expect.

- `model.py` scores one customer by a published model of one of three families: `bg_nbd.py`, `mbg_nbd.py`, `pareto_nbd.py`.
- `own_rhythm.py` needs no model: it uses the customer's own gaps alone.
- `beta_geometric.py` and `legendre.py` hold the mathematics of the families.
"""
