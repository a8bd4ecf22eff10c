"""`python -m tests.schemas.masking.measured [FOLDER]` prints how often tokens are missed, and how often words are taken for them.

With a folder of data (`../shared/data`) every text of its files is read as a path and as words too. Numbers of customers and times are
texts there as well, so the long ones are counted as what they are: numbers.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from schemas.masking.shapes import shape_of
from schemas.masking.texts import Masker
from tests.schemas.masking.planted import ORDINARY, base64url

DRAWN = 4_000
FOUND = {15: 0.97, 16: 0.98, 18: 0.99, 24: 0.999, 32: 1.0}  # octets -> share of random tokens that is hidden, at least
WAYS: dict[str, Callable[[list[str]], str]] = {
    "a-b": "-".join,
    "a_b": "_".join,
    "A-B": lambda chosen: "-".join(map(str.capitalize, chosen)),
    "AB": lambda chosen: "".join(map(str.capitalize, chosen)),
}
MOST_ALARMS = {"a-b": 0.0, "a_b": 0.0, "A-B": 0.0, "AB": 0.02}  # share of slugs that is hidden, at most
EXTRAS = ("2026", "4", "15", "256gb", "x1", "v2", "s23", "m3", "100", "1080p", "b2b", "no7", "4k")


def found_share(octets: int) -> float:
    """Return the share of random tokens of so many octets, in base64url, that is taken for a token."""
    return sum(shape_of(base64url(seed, octets)) is not None for seed in range(DRAWN)) / DRAWN


def words() -> list[str]:
    """Return the words of the ordinary paths."""
    parts = {word for path in ORDINARY for word in path.lower().replace("/", "-").split("-")}
    return sorted(word for word in parts if len(word) > 2 and word.isascii() and word.isalpha())


def slugs(way: str) -> Iterator[str]:
    """Yield slugs of three to eight words; every second has a model or a size in it."""
    dice, there = Random(12), words()
    for number in range(DRAWN):
        chosen = dice.choices(there, k=dice.randint(3, 8))
        if number % 2:
            chosen.insert(dice.randrange(len(chosen) + 1), dice.choice(EXTRAS))
        yield WAYS[way](chosen)


def alarms(way: str) -> float:
    """Return the share of slugs joined in this way that is taken for a secret."""
    return sum(shape_of(slug) is not None for slug in slugs(way)) / DRAWN


def texts(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (file, column, text) of every cell that holds a letter."""
    for path in sorted(folder.rglob("*")):
        if path.suffixes[:1] in ([".csv"], [".jsonl"]):
            with gzip.open(path, "rt", errors="replace") if path.suffix == ".gz" else path.open(errors="replace") as lines:
                rows = csv.DictReader(lines) if ".csv" in path.suffixes else map(json.loads, lines)
                for row in rows:
                    for column, text in row.items():
                        if isinstance(text, str) and any(map(str.isalpha, text)):
                            yield path.name, str(column), text


def main() -> None:
    """Print the figures."""
    for octets in FOUND:
        print(f"tokens of {octets} random octets in base64url: {1 - found_share(octets):.2%} missed")
    for way in WAYS:
        print(f"slugs of three to eight words joined as {way}: {alarms(way):.2%} hidden")
    masker, all_texts, hidden = Masker(), set(texts(Path(sys.argv[1]))) if len(sys.argv) > 1 else set(), Counter[tuple[str, str, str]]()
    examples: dict[tuple[str, str, str], str] = {}
    for file, column, text in all_texts:
        for rule in masker.path(text)[1]:
            hidden[file, column, rule] += 1
            examples.setdefault((file, column, rule), text)
    print(f"texts of the data: {len(all_texts)} different, {sum(hidden.values())} places hidden")
    for place, count in hidden.most_common():
        print(f"  {count:>7}  {' '.join(place)}  as in {examples[place][:60]!r}")


if __name__ == "__main__":
    main()
