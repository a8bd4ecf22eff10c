"""Apache Kafka's class path: the jars, fetched once by their Maven coordinates into a cache folder. One may delete the folder.

`jgo` resolves Maven coordinates in pure Python, so neither Maven nor Java need be installed. Each fetched jar must have the checksum that
`jars.sha256` beside this module gives. A stamp file lists the jars, so a second start reads one small file and resolves nothing.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path

from agents.tools.embedded.children import ServerError

# Not 4.4.0: after its only broker was killed, whole batches appeared twice (fault scenario `broker`, ADR 0026).
KAFKA_VERSION = "4.1.1"
# slf4j-simple has the version of slf4j-api. Without a logging binding, Kafka starts with a warning, and logs nothing when it ends.
COORDINATES = (f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}", "org.slf4j:slf4j-simple:1.7.36")
CHECKSUMS = Path(__file__).with_name("jars.sha256")  # in the format of sha256sum

Progress = Callable[[str, int], None]
"""Called with a file's name and the number of bytes of it that have just arrived."""


def class_path(cache: Path, progress: Progress | None = None) -> list[Path]:
    """Return the jars of Apache Kafka under `cache`. Fetch what is missing (45 MB, about 20 s the first time).

    Several programs may call this at once: one fetches, the others wait for it.
    Raises ServerError if the jars cannot be fetched, or if their checksums are wrong.
    """
    cache = cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    with _lock(cache / "kafka.lock"):
        stamp = cache / f"kafka-{KAFKA_VERSION}.jars"
        jars = _read_stamp(stamp)
        if jars is None:
            jars = _fetch(cache, progress)
            stamp.write_text("\n".join(str(jar.relative_to(cache)) for jar in jars) + "\n")
    return jars


def altered(jars: list[Path]) -> list[str]:
    """Return the names of the jars whose checksum is wrong or unknown, and of those that are missing."""
    known = {name: digest for digest, name in (line.split() for line in CHECKSUMS.read_text().splitlines())}
    found = {jar.name: sha256(jar.read_bytes()).hexdigest() for jar in jars}
    return sorted(name for name in known.keys() | found.keys() if known.get(name) != found.get(name))


def _read_stamp(stamp: Path) -> list[Path] | None:
    if not stamp.exists():
        return None
    jars = [stamp.parent / line for line in stamp.read_text().splitlines()]
    return jars if jars and all(jar.exists() for jar in jars) else None


def _fetch(cache: Path, progress: Progress | None) -> list[Path]:
    """Fetch the jars and check them. If one is wrong, delete all and fetch once more: a broken download leaves half a jar.

    Raises ServerError if fetching fails, or if a file is wrong the second time.
    """
    for _ in range(2):
        try:
            jars = resolved(cache, progress)
        except Exception as error:
            fix = f"is the network there? If it is, delete {cache} and try again"
            raise ServerError(f"Apache Kafka {KAFKA_VERSION} could not be fetched ({type(error).__name__}: {error}); {fix}") from error
        wrong = altered(jars)
        if not wrong:
            return jars
        for folder in ("maven", "jgo"):
            shutil.rmtree(cache / folder, ignore_errors=True)
    raise ServerError(f"these are not the files of Apache Kafka {KAFKA_VERSION} that we know: {', '.join(wrong)}; nothing was started")


def resolved(cache: Path, progress: Progress | None) -> list[Path]:
    """Return the class path by Maven's rules. Download into `cache` what is not there."""
    from jgo.env import EnvironmentBuilder, LinkStrategy
    from jgo.maven import MavenContext, PythonResolver

    resolver = PythonResolver(progress_callback=_progress_callback(progress) if progress else None)
    context = MavenContext(repo_cache=cache / "maven", resolver=resolver, timeout=60)
    builder = EnvironmentBuilder(context=context, link_strategy=LinkStrategy.HARD, cache_dir=cache / "jgo")
    # all_jars, not classpath: classpath leaves out jars that are Java modules, and some of Kafka's own are.
    return sorted(Path(jar).resolve() for jar in builder.from_endpoint("+".join(COORDINATES)).all_jars)


def _progress_callback(progress: Progress) -> Callable[[str, int], AbstractContextManager[Callable[[int], None]]]:
    @contextmanager
    def announce(name: str, _size: int) -> Iterator[Callable[[int], None]]:
        yield lambda arrived: progress(name, arrived)

    return announce


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
