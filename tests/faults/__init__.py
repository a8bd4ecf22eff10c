"""Why we believe it: real worker processes under real faults, each run compared with the oracle and with what was sent."""
