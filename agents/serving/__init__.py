"""The serving role: it writes a view of each journey to Redis. The views can be deleted and made again at any time."""
