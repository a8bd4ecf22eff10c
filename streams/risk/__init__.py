"""The risk of losing a customer: the score, its band, when it crosses into another band, and the labels that weights are learnt from."""
