"""Reports for people: a customer's timeline, the overview of insights, and the code that their pages share."""
