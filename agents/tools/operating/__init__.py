"""What an operator does to a cluster from the command line: diagnose, feed, count, repair."""
