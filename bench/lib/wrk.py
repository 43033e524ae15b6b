"""Load by wrk, which Debian has."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("load.lua")
BODY = '"Serverless"'  # JSON for those who insist on it


@dataclass(frozen=True)
class Load:
    per_second: float
    p50_us: int
    p99_us: int


class LoadFailed(Exception):
    """Something else than answers came back; figures about it would mean nothing."""


def load(url: str, connections: int, seconds: int, body_bytes: int | None = None) -> Load:
    """One thread makes the load: on two cores a second one would take from the servers."""
    env = os.environ | {"BENCH_BODY": BODY}
    if body_bytes is not None:
        env["BENCH_BODY_BYTES"] = str(body_bytes)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout=30s", f"--script={SCRIPT}", url]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=seconds + 120)
    line = next((each for each in done.stdout.splitlines() if each.startswith("BENCH ")), None)
    if line is None:
        raise LoadFailed(f"wrk said nothing that could be read: {done.stdout}{done.stderr}")
    return _read(json.loads(line.removeprefix("BENCH ")), url)


def _read(said: dict, url: str) -> Load:
    if said["requests"] == 0 or said["status"] or said["broken"]:
        raise LoadFailed(f"{url}: {said['requests']} answers, {said['status']} of them failures, {said['broken']} broken connections")
    return Load(said["requests"] / said["micros"] * 1e6, said["p50"], said["p99"])
