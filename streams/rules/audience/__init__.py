"""The language of audience rules: a small subset of Python expressions, parsed once and never executed."""
