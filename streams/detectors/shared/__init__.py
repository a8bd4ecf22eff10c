"""Questions that several detectors ask of a journey."""
