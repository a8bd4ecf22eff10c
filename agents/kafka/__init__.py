"""Kafka outside of the carrier: it reads topics, administers them, sends signed control records, and compares clocks."""
