"""Import of other systems' files. A mapping (a TOML file) says which touchpoint each row means; nobody has to write code.

    columns -> values -> fields of a kind

The text of a mapping: `compiling` parses it and reports all of its errors at once. `ruling` parses one `[[touchpoint]]`. `specs` and
`times` parse one field. `desk` collects the errors. `declared` is the result.

The rows of a file: `opening` and `encodings` give its lines in UTF-8, and with `recognising` they say what a file is that is something
else. `rows` reads CSV and JSON lines. `values` takes the content of a field from a row. `reading` makes each row a
touchpoint, or says why it is none. `telling` counts the results; a dry run of `send` prints them. `rehearsing` and `figures` play a
file through the journeys without a broker.
"""
