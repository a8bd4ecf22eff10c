"""What lies around the core, measured by `make bench`: the front door, an offer decision, and the role that serves the read model."""
