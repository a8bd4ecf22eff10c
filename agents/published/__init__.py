"""Blueprints and models in the log: publishing, looking up, and comparing them with what an operator expects."""
