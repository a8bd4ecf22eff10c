"""Pages and stories made for people: a customer's timeline, the overview of insights, and what their pages share."""
