"""What travels: records, the topics they travel on, and readers for foreign formats. Nothing of ours is imported here.

What the records are:

- `touchpoints/`: what customers do and what happens to them, one class a kind.
- `outputs/`: what is published about a customer, and about all of them; rejections.
- `control/`: signed records among the touchpoints, with the models and value limits that they carry.
- `topics.py`: the catalogue of all topics. `vocabulary.py`: stages, phases, bands and other closed lists.

How bytes become touchpoints, from the front:

- `inputs/`: one file per format. `envelopes/`: what other systems wrap around events.
- `foreign/`: what the formats of others have in common: names, fields, amounts, screens.
- `reading/`: the result of reading, limits, placeholders for missing ids, reasons, batches, and the last look before a touchpoint goes on.
- `masking/`: hides what is secret in paths and texts. `conventions.py`: a company's own names and patterns.
"""
