"""What the core costs without a broker: microseconds, calls and bytes an event, memory a journey, and whether two trees decide alike."""
