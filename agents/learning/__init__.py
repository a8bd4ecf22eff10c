"""The learning role: it learns the weights of the risk from stated risks and their outcomes, and adopts them only if they are better."""
