"""A process that empties the caches that both cores share, as a broker beside the worker does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

COPIED = 64 * 1024 * 1024  # bytes copied again and again: more than the shared cache of most machines holds
PROGRAM = f"""
import sys
here, there = bytearray({COPIED}), bytearray({COPIED})
sys.stdout.write("copying\\n")
sys.stdout.flush()
while True:
    there[:] = here
"""


@contextmanager
def emptied_caches() -> Iterator[None]:
    """While this lasts, a process on another core copies memory, so that what this one has just used leaves the shared caches."""
    copying = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE)
    try:
        assert copying.stdout is not None
        copying.stdout.readline()
        yield
    finally:
        copying.kill()
        copying.communicate()
