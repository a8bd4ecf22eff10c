"""What an operator does to a cluster from the command line: look, feed, count, repair. No worker needs any of it."""
