"""Files that are on the disk and not in memory, as on a machine that starts its first container of an image."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .targets import BENCH

USUAL_READ_AHEAD = "128"  # kB, the kernel's default; some virtual machines have 8 MB, which small instances cannot bear


@contextlib.contextmanager
def usual_read_ahead() -> Iterator[None]:
    """The disk of the Docker engine reads ahead as far as the kernel does by default, where that can be set."""
    setting = _setting()
    if setting is None:
        yield
        return
    before = setting.read_text().strip()
    _write(setting, USUAL_READ_AHEAD)
    try:
        yield
    finally:
        _write(setting, before)


def forget_files() -> None:
    """No file is in memory any more; programs that run are left alone but for that."""
    os.sync()
    _write(Path("/proc/sys/vm/drop_caches"), "3")


def _setting() -> Path | None:
    root = subprocess.run(["docker", "info", "--format", "{{.DockerRootDir}}"], check=True, capture_output=True, text=True).stdout.strip()
    device = os.stat(root).st_dev
    disk = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve()
    # A partition has no queue of its own.
    return next((each for each in (disk / "queue/read_ahead_kb", disk.parent / "queue/read_ahead_kb") if each.exists()), None)


def _write(file: Path, text: str) -> None:
    subprocess.run([BENCH.parent / ".ci/as-root", "tee", file], input=text, text=True, check=True, stdout=subprocess.DEVNULL)
