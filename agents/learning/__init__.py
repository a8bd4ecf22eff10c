"""Learning what summands of the risk weigh, from stated risks and what became of them; adopted only where it proved better."""
