"""Characters that nobody sees: controls, bidirectional controls, lone surrogates. They are shown as codes wherever a text is shown.

A text from outside can hold any character. ESC begins a command to a terminal, a line feed a second line in a log, and U+202E turns the
letters behind it around. As a code each of them is a plain text again.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(r"[^\n -~]")  # what may need a code in a document; most of it is printable


def visible(text: str) -> str:
    r"""Return the text in one line, with every character that is not printable as its code. A blank that is not U+0020 is not printable.

    >>> visible("p-\x1b[2J"), visible("a\nb"), visible("\u202egpj.exe"), visible("\ud800"), visible("Käse 猫")
    ('p-\\x1b[2J', 'a\\nb', '\\u202egpj.exe', '\\ud800', 'Käse 猫')
    """
    return text if text.isprintable() else "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def visible_lines(text: str, indent: str = "") -> str:
    r"""Return a text of ours that has several lines, each made visible. Lines behind the first begin with `indent`.

    >>> visible_lines("failed:\n\x1b[2J", "  ")
    'failed:\n  \\x1b[2J'
    """
    return f"\n{indent}".join(map(visible, text.split("\n")))


def escaped_json(text: str) -> str:
    r"""Return a JSON document that says the same in one line, with every character that is not printable as JSON's own escape.

    >>> escaped_json('{"a": "\u202e\x7f", "b": "\U000e0041"}')
    '{"a": "\\u202e\\u007f", "b": "\\udb40\\udc41"}'
    """
    return text if text.isprintable() else "".join(each if each.isprintable() else _json_escape(each) for each in text)


def escaped_toml(text: str) -> str:
    r"""Return a TOML document that says the same, with every character but line feeds that is not printable as TOML's own escape.

    >>> escaped_toml('name = "\u202e"\nnote = "\U000e0041"')
    'name = "\\u202e"\nnote = "\\U000e0041"'
    """
    return _UNSEEN.sub(lambda found: found[0] if found[0].isprintable() else _toml_escape(found[0]), text)


def _json_escape(mark: str) -> str:
    if mark in "\t\n\r":  # only between the values: within a text JSON has them as escapes
        return " "
    units = mark.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _toml_escape(mark: str) -> str:
    return f"\\u{ord(mark):04x}" if ord(mark) <= 0xFFFF else f"\\U{ord(mark):08x}"
