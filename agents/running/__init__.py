"""Processes: the supervisor, the roles, leader election, and the files by which others find a running worker."""
