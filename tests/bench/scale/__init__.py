"""The cost of an event against the size of a world: customers, touchpoints of a customer, detectors, partitions of a worker."""
