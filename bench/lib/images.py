"""The images that are measured: ours, as `make images` made them, and those built here."""

import functools
import os
import re
import subprocess
from pathlib import Path

from .result import Skipped
from .targets import BENCH

ROOT = BENCH.parent


def versions() -> dict[str, str]:
    lines = (ROOT / "images/versions.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


def nodejs() -> str:
    return f"polyfn/nodejs:{versions()['NODE_VERSION'].partition('.')[0]}"


def core() -> str:
    return f"polyfn/core:{versions()['POLYFN_VERSION']}"


def size(image: str) -> int:
    done = subprocess.run(
        ["docker", "image", "inspect", "--format", "{{.Size}}", image], capture_output=True, text=True)
    if done.returncode:
        raise Skipped(f"there is no image {image} here")
    return int(done.stdout)


@functools.cache
def build(folder: str, target: str | None = None, **arguments: str) -> str:
    """Builds the Dockerfile in a folder of bench/ and gives the image's name; cheap when nothing has changed."""
    for image in _stands_on((BENCH / folder / "Dockerfile").read_text()):
        size(image)
    image = f"polyfn-bench/{'-'.join(filter(None, (Path(folder).name, target)))}"
    stage = ("--target", target) if target else ()
    _docker("build", "--tag", image, *stage, *_arguments(arguments), str(BENCH / folder))
    return image


@functools.cache
def go_command(command: str, variable: str) -> Path:
    """A command from the Go module proxy, or the binary that an environment variable names."""
    if given := os.environ.get(variable):
        return Path(given).resolve(strict=True)
    target = BENCH / "target/go"
    module = command.partition("@")[0]
    try:
        _docker("build", "--output", str(target), *_arguments({"COMMAND": command}), str(BENCH / "peers/go"))
    except Skipped as refused:
        raise Skipped(f"{command} could not be had through the Go module proxy ({refused}); {variable} may name a binary") from None
    return target / module.rpartition("/")[2]


def _docker(*arguments: str) -> None:
    done = subprocess.run(["docker", arguments[0], "--progress=plain", *arguments[1:]], capture_output=True, text=True)
    if done.returncode:
        raise Skipped(_reason(done.stderr))


def _reason(log: str) -> str:
    """The line of a build's log that says what went wrong: the proxy's answer, npm's error, else the last one."""
    said = [re.sub(r"https?://\S+", "…", re.sub(r"^#\d+ [\d.]+ ", "", line)).strip() for line in log.splitlines() if line.strip()]
    telling = [line for line in said if re.search(r"403|404|npm error|error:", line, re.IGNORECASE)]
    return (telling or said)[0 if telling else -1][-200:]


def _arguments(given: dict[str, str]) -> list[str]:
    mirrors = {name: os.environ[name] for name in ("GOPROXY", "NPM_CONFIG_REGISTRY") if name in os.environ}
    return [word for name, value in (given | mirrors).items() for word in ("--build-arg", f"{name}={value}")]


def _stands_on(dockerfile: str) -> list[str]:
    """Images of ours that a Dockerfile names; what a stage is called is no image."""
    named = dict(re.findall(r"^ARG (\w+)=(\S+)", dockerfile, re.MULTILINE))
    found = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    return [image for each in found if (image := re.sub(r"\$\{(\w+)\}", lambda m: named[m[1]], each)).startswith("polyfn/")]
