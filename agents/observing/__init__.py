"""What operators see of a running process: metrics, health and logs. No decision depends on it."""
