"""Real servers from packages: Apache Kafka and Valkey, with no Java, Maven or container on the machine.

The embedded default *is* the production engine. Look-alikes were tried and refused: one answers end offsets wrongly,
another loses acknowledged records when it is killed. What passes here therefore passes on a company's own brokers.
"""
