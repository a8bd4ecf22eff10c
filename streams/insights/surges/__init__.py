"""Surges: how often frictions happen per hour and channel, and when that is far more than usual: on a day, or over weeks."""
