"""How fast it is, from one run on one topic: ratios mean more than figures, as they share the machine they were taken on."""
