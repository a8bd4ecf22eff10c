"""Kafka beside the carrier: read a topic to its end, administer topics, send signed control records, compare clocks."""
