"""Starts under load from the first millisecond, until the core has taken over from the worker, again and again: what callers notice of it."""

import contextlib
import os
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.lib import images, probe

from .load import Counts, Load

FUNCTION = Path(__file__).resolve().parent / "functions/once"
AT_ONCE = 2
CONNECTIONS = 8
START = 60  # seconds
SOME_TIME_LATER = 0.3
PORTS = threading.Lock()


def run(starts: int) -> Iterator[Counts]:
    """The counts of each start, in their order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda _: _start(), range(starts))


def _start() -> Counts:
    with PORTS:
        port, management = probe.free_port(), probe.free_port()
    name = f"polyfn-chaos-{os.getpid()}-{port}"
    command = ["docker", "run", "--detach", "--name", name, "--network=host", "--env", f"POLYFN_PORT={port}",
               "--env", f"POLYFN_MANAGEMENT_PORT={management}", "--volume", f"{FUNCTION}:/code:ro", images.nodejs()]
    try:
        with Load(port, CONNECTIONS, "/invoke", retry=0.001) as load:
            subprocess.run(command, check=True, capture_output=True)
            _await_core(management)
            time.sleep(SOME_TIME_LATER)
        return load.counts
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], capture_output=True)


def _await_core(management: int) -> None:
    """The management port is open only after the core has taken over."""
    end = time.monotonic() + START
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{management}/workers", timeout=5):
            return
        time.sleep(0.05)
    raise TimeoutError("the core did not start")
