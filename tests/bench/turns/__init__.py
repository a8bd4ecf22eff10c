"""Two trees measured in turns, so that a machine whose speed drifts treats both alike."""
