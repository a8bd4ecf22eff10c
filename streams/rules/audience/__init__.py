"""The language of audience rules: a small subset of Python expressions. A rule is parsed once and never executed as Python."""
