"""The serving role: the view of each journey in Redis. It can be emptied and filled again."""
