"""The demo with an invented company: a quarter of its customers' lives goes through real servers, and is laid beside what was planted.

`run` plays the company day by day, and its customers answer to the offers. `listening` reads what was published. `verdict` lays it beside
the truth. `telling` prints it, and `page` makes the report.
"""
