"""Fitting the cadence model: purchase histories, the fit, and the process it runs in."""
