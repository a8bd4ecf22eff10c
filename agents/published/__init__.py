"""Blueprints and models in the log: published, rolled back, looked up, and compared with what is believed."""
