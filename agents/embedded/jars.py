"""Apache Kafka's class path, fetched once by its coordinates into a folder that one may delete.

`jgo` resolves Maven coordinates in pure Python; no Maven and no Java need to be installed. A stamp file lists the jars, so
a second start reads one small file and resolves nothing.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

KAFKA_VERSION = "4.1.1"
# slf4j-simple, of slf4j-api's own version: without a binding Kafka starts with a warning and ends without a word.
COORDINATES = (f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}", "org.slf4j:slf4j-simple:1.7.36")

Progress = Callable[[str, int], None]
"""Called with a file's name and the number of its bytes that have just arrived."""


def class_path(cache: Path, progress: Progress | None = None) -> list[Path]:
    """Return the jars of Apache Kafka under `cache`, fetching what is missing (45 MB, about 20 s the first time).

    Safe when several programs ask at once: one fetches, the others wait for it.
    """
    cache = cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / "kafka.lock"):
        stamp = cache / f"kafka-{KAFKA_VERSION}.jars"
        jars = _stamped(stamp)
        if jars is None:
            jars = _resolved(cache, progress)
            stamp.write_text("\n".join(str(jar.relative_to(cache)) for jar in jars) + "\n")
    return jars


def _stamped(stamp: Path) -> list[Path] | None:
    if not stamp.exists():
        return None
    jars = [stamp.parent / line for line in stamp.read_text().splitlines()]
    return jars if jars and all(jar.exists() for jar in jars) else None


def _resolved(cache: Path, progress: Progress | None) -> list[Path]:
    from jgo.env import EnvironmentBuilder, LinkStrategy
    from jgo.maven import MavenContext, PythonResolver

    resolver = PythonResolver(progress_callback=_announcing(progress) if progress else None)
    context = MavenContext(repo_cache=cache / "maven", resolver=resolver, timeout=60)
    builder = EnvironmentBuilder(context=context, link_strategy=LinkStrategy.HARD, cache_dir=cache / "jgo")
    # all_jars, not classpath: the latter leaves out the jars that are Java modules, which Kafka's own partly are.
    return sorted(Path(jar).resolve() for jar in builder.from_endpoint("+".join(COORDINATES)).all_jars)


def _announcing(progress: Progress) -> Callable[[str, int], AbstractContextManager[Callable[[int], None]]]:
    @contextmanager
    def announce(name: str, _size: int) -> Iterator[Callable[[int], None]]:
        yield lambda arrived: progress(name, arrived)

    return announce


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
