"""The real journey worker on the real broker, watched from inside: when it applied and committed each event, and where its time goes."""
