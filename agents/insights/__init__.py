"""The insights role: it adds up the counts of all partitions, and publishes metrics and norms."""
