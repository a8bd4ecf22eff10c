"""The quality of stated risks: ranking, calibration, and intervals by resampling."""
