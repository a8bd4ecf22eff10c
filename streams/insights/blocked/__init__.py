"""Blocked steps: a place that customers come to as always, and do not get on from."""
