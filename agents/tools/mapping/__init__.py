"""Files of others as touchpoints: a mapping, in TOML, says what each row means; nothing in it is programmed.

    columns -> values -> fields of a kind

The text of a mapping: `compiling` reads it and finds every error in it at once, with `ruling` for one `[[touchpoint]]`, `specs` and `times`
for one field, and `desk`, where the errors are collected. `declared` is what comes of it.

The rows of a file: `rows` opens CSV and JSON lines, `values` takes from a row what a field holds, `reading` makes of each row a touchpoint,
or says why not. `telling` counts what became of them: what a dry run prints. `rehearsing` and `figures` play a file through the journey
without a broker.
"""
