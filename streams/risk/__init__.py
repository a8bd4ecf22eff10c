"""The risk of losing a customer: its score, its band, its next crossing into another band, and labels to learn from."""
