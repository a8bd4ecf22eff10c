"""The insights role: it adds up what all partitions counted, and publishes figures and norms."""
