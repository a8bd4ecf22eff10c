"""The risk of losing a customer: its score, its band, when it crosses into another band, and the labels from which weights are learnt."""
