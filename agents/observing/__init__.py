"""What can be seen of a running process: counters, latency, health, logs. Nothing is decided from it."""
