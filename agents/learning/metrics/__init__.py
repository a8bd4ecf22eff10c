"""How good a risk is: ranking, calibration, and intervals by resampling."""
