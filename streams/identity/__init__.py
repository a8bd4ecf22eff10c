"""Identity: two ids turn out to be one customer, and one id's journey becomes part of the other's.

- `claiming.py` decides which touchpoints link two ids, and how many ids a customer may have.
- `linking.py` follows links and hand-overs, and forwards later touchpoints.
- `dividing.py` takes out of a journey what is handed over: all of it, or its current episode.
- `joining.py` absorbs a hand-over. `merging.py` holds one rule per field; `pooling.py` adds counters, and `profiles.py` merges
  profiles.
"""
