"""The JVMs on this machine, outside of containers: built and trained as `make run` does it."""

import functools
import os
import subprocess
import time
from pathlib import Path

from . import probe
from .targets import BENCH

ROOT = BENCH.parent
VERTX = BENCH / "vertx"
JAR = VERTX / "target/vertx.jar"
OPTIONS = (
    f"@{ROOT}/runtime-core/src/main/docker/java.options",
    # What the core logs with is not there.
    "-Djava.util.logging.manager=java.util.logging.LogManager",
    "-Dvertx.logger-delegate-factory-class-name=io.vertx.core.logging.JULLogDelegateFactory",
)


@functools.cache
def java() -> str:
    return subprocess.run([ROOT / ".ci/find-jdk"], check=True, capture_output=True, text=True).stdout.strip() + "/bin/java"


@functools.cache
def core_command() -> tuple[str, ...]:
    """`make run` builds and trains the core, and then becomes it; what its process was called with is how to start it."""
    port = probe.free_port()
    run = subprocess.Popen(
        [ROOT / ".ci/run-function", BENCH / "functions/echo", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL,
        env=os.environ | {"POLYFN_MANAGEMENT_PORT": str(probe.free_port())})
    try:
        probe.first_response(port, "/invoke", lambda: run.poll() is None, timeout=900)
        command = Path(f"/proc/{run.pid}/cmdline").read_bytes().decode().split("\0")[:-1]
    finally:
        run.terminate()
        run.wait(30)
    # Options files are named relative to the root.
    return tuple(f"@{ROOT}/{word[1:]}" if word.startswith("@") and not word.startswith("@/") else word for word in command)


@functools.cache
def vertx_command() -> tuple[str, ...]:
    jar, cache = vertx_jar(), VERTX / "target/vertx.aot"
    if not _newer(cache, [jar, Path(java()), ROOT / "runtime-core/src/main/docker/java.options"]):
        subprocess.run([VERTX / "train", java(), jar, cache, *OPTIONS], check=True)
    return (java(), *OPTIONS, f"-XX:AOTCache={cache}", "-jar", str(jar))


@functools.cache
def vertx_jar() -> Path:
    if not _newer(JAR, [ROOT / "pom.xml", VERTX / "pom.xml", *VERTX.glob("src/**/*.java")]):
        subprocess.run([ROOT / ".ci/mvn", "-q", "-f", VERTX / "pom.xml", "package"], check=True)
    return JAR


def _newer(made: Path, sources: list[Path]) -> bool:
    return made.exists() and all(made.stat().st_mtime > each.stat().st_mtime for each in sources)


def settle(seconds: float = 2) -> None:
    """Lets what a start or a load has left behind come to an end."""
    time.sleep(seconds)
