"""Real servers from Python packages: Apache Kafka and Valkey. The machine needs no Java, Maven or container.

The embedded default *is* the production engine, so what passes here passes on a company's own brokers. Look-alikes were tried and
refused. One answers end offsets wrongly. Another loses acknowledged records when it is killed.
"""
