"""An invented company with every channel, of which everything is known: for trying, for tests, for measuring what the product finds.

Its events go to a file, or into Kafka; what is true of them goes to a file of its own that no worker reads. The world knows the
touchpoint kinds by their names alone: nothing of the detectors is in it.
"""
