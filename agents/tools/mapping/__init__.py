"""Files of others as touchpoints: a mapping, in TOML, says what each row means; nothing in it is programmed.

    columns -> values -> fields of a kind

`declared` is a mapping as it is read, `compiling` finds every error of it at once, `rows` opens CSV and JSON lines, `translating` turns one
row into a touchpoint or says why not, `telling` is what a dry run tells, `rehearsing` plays a file through the journey without a broker.
"""
