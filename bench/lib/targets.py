"""What is measured: a container or a process on this machine that echoes on a port."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import probe, processes

BENCH = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Target:
    """How to start it. `{port}` and `{other}` in arguments and values become free ports."""

    name: str
    path: str = "/invoke"
    env: dict[str, str] = field(default_factory=dict)
    most_at_once: int = 1_000_000  # connections; more of them end it
    initialize: bool = False  # it has an initializer, which is called first


@dataclass(frozen=True)
class Container(Target):
    image: str = ""
    command: tuple[str, ...] = ()
    entrypoint: str | None = None
    function: str | None = None  # folder that becomes /code
    mounts: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    logged: bool = True  # by the engine's default driver


@dataclass(frozen=True)
class Process(Target):
    command: tuple[str, ...] = ()


@dataclass
class Running:
    target: Target
    port: int
    management_port: int
    pid: int
    started: float  # when the command was given, by the clock that counts from boot
    first_response_ms: float
    container: str | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.target.path}"

    def memory(self, process: str | None = None) -> processes.Memory:
        """Of one process by its name, or of all together."""
        return processes.memory(processes.find(self.pid, process)) if process else processes.tree_memory(self.pid)

    def process_started_ms(self, process: str) -> float:
        """From the command to the start of one process."""
        return (processes.started(processes.find(self.pid, process)) - self.started) * 1000

    def out_of_memory(self) -> bool:
        return self.container is not None and _inspect(self.container)["OOMKilled"]


@contextlib.contextmanager
def running(target: Target) -> Iterator[Running]:
    """Starts a target, waits for its first response, and ends it in the end."""
    port, other = probe.free_port(), probe.free_port()
    env = {"PORT": "{port}", "POLYFN_PORT": "{port}", "POLYFN_MANAGEMENT_PORT": "{other}"} | target.env
    env = {name: _filled(value, port, other) for name, value in env.items()}
    start = _container if isinstance(target, Container) else _process
    with start(target, env, port, other) as up:
        yield up


@contextlib.contextmanager
def _container(target: Container, env: dict[str, str], port: int, other: int) -> Iterator[Running]:
    name = f"polyfn-bench-{os.getpid()}-{port}"
    # The host's network, since Docker's port mapping is a proxy that would be measured too.
    command = ["docker", "run", "--detach", "--name", name, "--network=host", *target.limits]
    if not target.logged:
        command.append("--log-driver=none")
    for key, value in env.items():
        command += ["--env", f"{key}={value}"]
    for mount in target.mounts:
        command += ["--volume", mount]
    if target.function:
        command += ["--volume", f"{BENCH / 'functions' / target.function}:/code:ro"]
    if target.entrypoint:
        command += ["--entrypoint", target.entrypoint]
    command += [target.image, *(_filled(each, port, other) for each in target.command)]
    started, since_boot = time.monotonic(), _since_boot()
    client = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        with _said_with(target, command):
            answered = probe.first_response(port, target.path, lambda: client.poll() in (None, 0) and _alive(name), initialize=target.initialize)
        client.wait()
        yield Running(target, port, other, _inspect(name)["Pid"], since_boot, (answered - started) * 1000, name)
    finally:
        client.wait()
        subprocess.run(["docker", "rm", "--force", "--volumes", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def _process(target: Process, env: dict[str, str], port: int, other: int) -> Iterator[Running]:
    command = [_filled(each, port, other) for each in target.command]
    started, since_boot = time.monotonic(), _since_boot()
    process = subprocess.Popen(
        command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        with _said_with(target, command):
            answered = probe.first_response(port, target.path, lambda: process.poll() is None, initialize=target.initialize)
        yield Running(target, port, other, process.pid, since_boot, (answered - started) * 1000)
    finally:
        _end(process)


def _end(process: subprocess.Popen) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.terminate()
        process.wait(15)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def _said_with(target: Target, command: list[str]) -> Iterator[None]:
    try:
        yield
    except probe.NoAnswer as failure:
        print(f"\nTo see what it says, run: {' '.join(command)}", file=sys.stderr)
        raise probe.NoAnswer(f"{target.name}: {failure}") from failure


def _alive(container: str) -> bool:
    # The client returns 0 when the container runs; before that there may be none.
    try:
        return _inspect(container)["Status"] in ("created", "running")
    except LookupError:
        return True


def _inspect(container: str) -> dict:
    done = subprocess.run(
        ["docker", "inspect", "--format", "{{json .State}}", container], capture_output=True, text=True)
    if done.returncode:
        raise LookupError(done.stderr.strip())
    return json.loads(done.stdout)


def _since_boot() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _filled(text: str, port: int, other: int) -> str:
    return text.replace("{port}", str(port)).replace("{other}", str(other))
