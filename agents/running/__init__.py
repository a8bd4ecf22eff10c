"""Processes: the supervisor, the roles, leader election, and the run files by which commands find a running worker."""
