"""What frictions do to customers, counted in the row of the place: how many met them, which carts stayed behind, who had to contact us.

- `meetings.py` counts customers and visits with a friction, each once.
- `steps.py` counts the steps towards an order, and which of them the next step followed.
- `costs.py` counts the carts and the contacts that a friction may have cost.
"""
