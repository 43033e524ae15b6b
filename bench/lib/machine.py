"""Where and of what the figures are."""

import datetime
import os
import platform
import re
import subprocess
from pathlib import Path

from . import host, images
from .targets import BENCH


def facts() -> dict[str, str]:
    return {
        "date": datetime.date.today().isoformat(),
        "commit": _said("git", "describe", "--always", "--dirty"),
        "CPU": f"{_cpu()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "kernel": platform.release(),
        "Docker engine": _said("docker", "version", "--format", "{{.Server.Version}}"),
        "wrk": _said("wrk", "-v").split()[1],
        "images": f"polyfn {images.versions()['POLYFN_VERSION']}, Node.js {images.versions()['NODE_VERSION']}, "
                  f"Java {_java('docker', 'run', '--rm', '--entrypoint=/opt/polyfn/core/jre/bin/java', images.core())}",
        "on the machine itself": f"Node.js {_said('node', '--version').lstrip('v')}, Java {_java(host.java())}",
    }


def _cpu() -> str:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


def _java(*command: str) -> str:
    return re.search(r'version "([^"]+)', _said(*command, "-version"))[1]


def _said(*command: str) -> str:
    # wrk ends with an error after its version, java says it on the other stream.
    done = subprocess.run(command, cwd=BENCH, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.strip()
