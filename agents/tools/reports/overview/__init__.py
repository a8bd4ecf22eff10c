"""What all partitions have counted, for people: measures, missed targets, moments of truth, paths; in tables and as a page."""
