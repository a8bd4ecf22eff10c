"""What an operator does to a cluster from the command line: diagnose it, send events, count their outcomes, repair offsets."""
