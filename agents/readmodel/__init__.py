"""The view of each journey that `serving` keeps in Redis. It can be emptied and filled again."""
