"""Everything that is broken on purpose. Each gets a container under load, and as many seconds as it is to last."""

import contextlib
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.lib import processes
from bench.lib.targets import Running, running

from . import hostile
from .hostile import get, http2, many, post, sending
from .load import Load

GONE = frozenset({"WorkerExited", "WorkerStartFailed"})
FULL = frozenset({"MemoryExhausted", "TooManyInvocations", "CallerTooSlow"})
SMALL = ("128m", "512m")


@dataclass
class Context:
    up: Running
    seconds: float
    callers: Load
    containers: contextlib.ExitStack  # that end after the callers
    also: list[Load] = field(default_factory=list)  # callers who meet the fault, beside those who do not

    @property
    def port(self) -> int:
        return self.up.port

    def load(self, connections: int, path: str, pause: float = 0.0) -> Load:
        self.also.append(Load(self.port, connections, path, pause))
        return self.also[-1]

    def worker(self) -> int | None:
        """The pid of the worker; none between two of them."""
        with contextlib.suppress(LookupError, OSError):
            return processes.find(self.up.pid, "node")
        return None

    def signal(self, number: signal.Signals) -> None:
        if (pid := self.worker()) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def repeat(self, step: Callable[[], object], pause: float) -> None:
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            step()
            time.sleep(pause)

    def hold(self) -> None:
        time.sleep(self.seconds)

    def docker(self, *arguments: str) -> None:
        subprocess.run(["docker", arguments[0], *arguments[1:]], check=True, capture_output=True)

    def inside(self, script: str) -> None:
        self.docker("exec", self.up.container, "bash", "-c", script)


@dataclass(frozen=True)
class Fault:
    """
    What is done, and what callers may see of it beside responses: failures with these codes, and responses that break off.
    """

    name: str
    inject: Callable[[Context], None]
    may_fail: frozenset[str] = frozenset()
    may_break_off: bool = False
    connections: int = 16
    env: dict[str, str] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    memories: tuple[str, ...] = ("",)
    quick: bool = False
    stops: bool = False  # the container is gone afterwards


FAULTS: list[Fault] = []


def fault(name: str, **how) -> Callable:
    def register(inject: Callable[[Context], None]) -> Callable[[Context], None]:
        FAULTS.append(Fault(name, inject, **how))
        return inject
    return register


# --- workers ---------------------------------------------------------------------------------------------------------

@fault("kill -9 of the worker every 200 ms", connections=64, may_fail=GONE, may_break_off=True, quick=True)
def killed(context: Context) -> None:
    context.repeat(lambda: context.signal(signal.SIGKILL), 0.2)


@fault("the worker stops (SIGSTOP) for ever, time limit 1 s", env={"POLYFN_TIMEOUT": "1s"}, may_fail=GONE | {"DeadlineExceeded"}, quick=True)
def hangs(context: Context) -> None:
    context.repeat(lambda: context.signal(signal.SIGSTOP), 2)


@fault("the worker stops (SIGSTOP) and goes on, no time limit")
def pauses(context: Context) -> None:
    try:
        context.signal(signal.SIGSTOP)
        context.hold()
    finally:
        context.signal(signal.SIGCONT)


@fault("requests that the worker never answers, time limit 1 s", env={"POLYFN_TIMEOUT": "1s"}, may_fail=frozenset({"DeadlineExceeded"}))
def never(context: Context) -> None:
    with context.load(8, "/never"):
        context.hold()


@fault("garbage, half a head, two responses, a body cut off", may_fail=GONE | {"BadWorkerAnswer"}, may_break_off=True, quick=True)
def garbage(context: Context) -> None:
    with context.load(4, "/garbage", 0.01), context.load(4, "/half-head", 0.01), context.load(4, "/two", 0.01), context.load(4, "/cut", 0.01):
        context.hold()


@fault("1 MB on stdout and on stderr with each request")
def floods(context: Context) -> None:
    with context.load(2, "/flood"):
        context.hold()


@fault("requests that end the worker", may_fail=GONE, may_break_off=True)
def exits(context: Context) -> None:
    with context.load(1, "/exit", 0.1):
        context.hold()


@fault("the worker exits after 1 s, for ever", env={"EXIT_AFTER": "1000"}, may_fail=GONE, may_break_off=True)
def exits_for_ever(context: Context) -> None:
    context.hold()


@fault("children that outlive their worker", may_fail=GONE, may_break_off=True)
def children(context: Context) -> None:
    with context.load(1, "/child", 0.02):
        context.repeat(lambda: context.signal(signal.SIGKILL), 0.5)


# --- surroundings ----------------------------------------------------------------------------------------------------

@fault("docker pause during requests", quick=True)
def paused(context: Context) -> None:
    context.docker("pause", context.up.container)
    try:
        context.hold()
    finally:
        context.docker("unpause", context.up.container)


@fault("docker pause between requests", connections=2)
def paused_idle(context: Context) -> None:
    for _ in range(3):
        context.docker("pause", context.up.container)
        time.sleep(context.seconds / 6)
        context.docker("unpause", context.up.container)
        time.sleep(context.seconds / 6)


@fault("/tmp is full, and the worker is killed", limits=("--tmpfs=/tmp:size=1m",), may_fail=GONE, may_break_off=True)
def tmp_full(context: Context) -> None:
    context.inside("head -c 2m /dev/zero > /tmp/full || true")
    context.repeat(lambda: context.signal(signal.SIGKILL), 1)


@fault("the file system is read-only, and the worker is killed", limits=("--read-only",), may_fail=GONE, may_break_off=True)
def read_only(context: Context) -> None:
    context.repeat(lambda: context.signal(signal.SIGKILL), 1)


@fault("64 descriptors, 200 connections", limits=("--ulimit=nofile=64:64",), may_fail=GONE | FULL, connections=4, quick=True)
def few_descriptors(context: Context) -> None:
    with many(200, sending(context.port, b"")):
        context.hold()


@fault("40 pids, and the worker is killed", limits=("--pids-limit=40",), may_fail=GONE, may_break_off=True)
def few_pids(context: Context) -> None:
    context.repeat(lambda: context.signal(signal.SIGKILL), 0.5)


@fault("any UID, and the worker is killed", limits=("--user=12345:54321",), may_fail=GONE, may_break_off=True)
def any_user(context: Context) -> None:
    context.repeat(lambda: context.signal(signal.SIGKILL), 0.5)


@fault("SIGTERM under load", stops=True, may_fail=frozenset({"Draining"}), connections=32, quick=True)
def stopped(context: Context) -> None:
    time.sleep(1)
    context.docker("stop", "--time=15", context.up.container)


@fault("rolling replacement", env={"POLYFN_DRAIN_DELAY": "2s"}, connections=64, memories=SMALL)
def replacement(context: Context) -> None:
    """In Kubernetes' order: a new container gets traffic once it is ready, and a stopping one loses it some time after SIGTERM."""
    def replace() -> None:
        old, context.up = context.up, context.containers.enter_context(running(context.up.target))
        context.callers.ports.append(context.up.port)
        context.docker("kill", "--signal=TERM", old.container)
        time.sleep(1)
        context.callers.ports.remove(old.port)
        context.docker("wait", old.container)

    context.repeat(replace, 0)


FAKETIME = f"/usr/lib/{platform.machine()}-linux-gnu/faketime/libfaketimeMT.so.1"
# The wall clock only. Without the last of them the JVM's timed waits end at once: the "fix" is for an older glibc.
CLOCK = {"LD_PRELOAD": "/faketime.so", "FAKETIME_TIMESTAMP_FILE": "/tmp/clock", "FAKETIME_NO_CACHE": "1",
         "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0"}
JUMPING = (f"--volume={FAKETIME}:/faketime.so:ro",)


def jump(context: Context, seconds: int) -> None:
    """From the real time, however far the clock is from it already."""
    context.inside(f"echo {seconds:+} > /tmp/next && mv /tmp/next /tmp/clock")


@fault("the clock jumps: an hour ahead, a day back, an hour ahead", env=CLOCK, limits=JUMPING, connections=64, memories=SMALL)
def clock_jumps(context: Context) -> None:
    for seconds in (3600, -86400, 3600):
        jump(context, seconds)
        time.sleep(context.seconds / 3)


# --- callers ---------------------------------------------------------------------------------------------------------

@fault("1,000 slow senders", may_fail=FULL, memories=SMALL)
def slow_senders(context: Context) -> None:
    with many(1000, sending(context.port, post("/echo", b"")[:-4])) as connections:
        hostile.slowly(connections, b"X-Slow: yes" * 10, context.seconds)


@fault("1,000 slow readers of 2 MB", may_fail=FULL | GONE, may_break_off=True, memories=SMALL, quick=True)
def slow_readers(context: Context) -> None:
    with many(1000, sending(context.port, get("/down?2000000"), 4096)):
        context.hold()


@fault("10,000 idle connections", may_fail=FULL, memories=SMALL)
def idle(context: Context) -> None:
    with many(10_000, sending(context.port, b"")):
        context.hold()


@fault("9,000 idle HTTP/2 connections", may_fail=FULL, memories=SMALL)
def idle_http2(context: Context) -> None:
    with many(9_000, sending(context.port, http2())):
        context.hold()


@fault("10,000 connections with a request each", may_fail=FULL, memories=SMALL)
def one_each(context: Context) -> None:
    with many(10_000, sending(context.port, get("/echo"))):
        context.hold()


@fault("5,000 WebSockets", may_fail=FULL, memories=SMALL)
def websockets(context: Context) -> None:
    upgrade = get("/tunnel", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    with many(5_000, sending(context.port, upgrade + b"\x82\x84\0\0\0\0ping")):
        context.hold()


@fault("1,000 heads of 50 KB in flight", may_fail=FULL, memories=SMALL)
def large_heads(context: Context) -> None:
    with many(1000, sending(context.port, get("/never", "X-Large: " + "x" * 50_000))):
        context.hold()


@fault("800 half heads of 60 KB", may_fail=FULL, memories=SMALL)
def half_heads(context: Context) -> None:
    with many(800, sending(context.port, get("/echo", "X-Large: " + "x" * 60_000)[:-4])):
        context.hold()


@fault("500 uploads of 1.3 MB, reset", may_fail=FULL, memories=SMALL)
def resets(context: Context) -> None:
    with many(500, sending(context.port, post("/never", b"x" * 1_300_000)[:200_000])) as connections:
        for each in connections:
            hostile.reset_when_closed(each)


@fault("30 CloudEvents of 2.5 MB", may_fail=FULL | GONE, may_break_off=True, memories=SMALL)
def cloud_events(context: Context) -> None:
    event = ("Ce-Id: 1", "Ce-Source: chaos", "Ce-Type: chaos", "Ce-Specversion: 1.0")
    with many(30, sending(context.port, post("/", b"x" * 2_500_000, *event))):
        context.hold()


@fault("refused upgrades with 25 MB in the response", may_fail=FULL, memories=SMALL)
def refused_upgrades(context: Context) -> None:
    with many(10, sending(context.port, get("/down?25000000", "Connection: Upgrade", "Upgrade: foo"))):
        context.hold()


@fault("six POSTs of 9.9 MB to the management port", memories=("512m",))
def management(context: Context) -> None:
    with many(6, sending(context.up.management_port, post("/q/health", b"x" * 9_900_000))):
        context.hold()


@fault("heads with 15,000 names in Connection", may_fail=FULL | {"BadRequest"}, memories=SMALL)
def costly_heads(context: Context) -> None:
    waves(context, 4, get("/echo", "Connection: " + ",".join(["a"] * 15_000), *["b:"] * 8_000), 0.1)


def waves(context: Context, count: int, data: bytes, seconds: float) -> None:
    """So many connections at once that send the same, again and again; each wave stays for some seconds."""
    def wave() -> None:
        with many(count, sending(context.port, data)):
            time.sleep(seconds)
    context.repeat(wave, 0)


@fault("request smuggling", may_fail=frozenset({"BadRequest"}), quick=True)
def smuggling(context: Context) -> None:
    def all_of_them() -> None:
        for request in hostile.SMUGGLED:
            with many(1, sending(context.port, request.encode("latin1"))) as connections, contextlib.suppress(OSError):
                connections[0].recv(65536)
    context.repeat(all_of_them, 0.05)


@fault("HTTP/2: resets of 19,000 streams", may_fail=FULL, memories=SMALL, quick=True)
def rapid_resets(context: Context) -> None:
    frames = [each for i, open_one in enumerate(hostile.streams(190, "/echo"))
              for each in (open_one, hostile.frame(hostile.RST_STREAM, 0, 1 + 2 * i, b"\0\0\0\x08"))]
    with many(100, sending(context.port, http2(*frames))):
        context.hold()


@fault("HTTP/2: endless CONTINUATION and SETTINGS", may_fail=FULL, memories=SMALL)
def endless(context: Context) -> None:
    head = hostile.frame(hostile.HEADERS, 0, 1, hostile.head("/echo"))
    floods = (http2(head, *[hostile.frame(hostile.CONTINUATION, 0, 1)] * 20_000), http2(*[hostile.frame(hostile.SETTINGS, 0, 0)] * 20_000))
    with many(50, sending(context.port, floods[0])), many(50, sending(context.port, floods[1])):
        context.hold()


@fault("HTTP/2: 100 unread streams over each of 320 connections", may_fail=FULL, memories=SMALL, quick=True)
def unread_streams(context: Context) -> None:
    with many(320, sending(context.port, http2(*hostile.streams(100, "/down?60000"), window=0))):
        context.hold()


# --- a worker on the Runtime API ----------------------------------------------------------------------------------------

POLLER = {"WORKER": "poller.js"}


@fault("Runtime API: 1,000 events of 60 KB at once", env=POLLER, may_fail=FULL, memories=SMALL, quick=True)
def many_events(context: Context) -> None:
    waves(context, 1000, post("/invoke", b'"' + b"x" * 60_000 + b'"'), 1)


@fault("Runtime API: JSON with two million objects", env=POLLER, may_fail=FULL | GONE, memories=SMALL)
def many_objects(context: Context) -> None:
    with many(50, sending(context.port, get("/json"))):
        context.hold()


@fault("Runtime API: 1,000 slow readers of 1 MB", env=POLLER, may_fail=FULL | GONE, memories=SMALL)
def slow_readers_of_results(context: Context) -> None:
    with many(1000, sending(context.port, post("/echo", b"x" * 1_000_000), 4096)):
        context.hold()


@fault("Runtime API: kill -9 of the worker every 200 ms", env=POLLER, may_fail=GONE)
def poller_killed(context: Context) -> None:
    killed(context)


@fault("Runtime API: the worker stops (SIGSTOP) for ever, time limit 1 s, and the clock jumps a day back",
       env=POLLER | CLOCK | {"POLYFN_TIMEOUT": "1s"}, limits=JUMPING, may_fail=GONE | {"DeadlineExceeded"}, memories=SMALL)
def poller_hangs(context: Context) -> None:
    context.signal(signal.SIGSTOP)
    time.sleep(0.5)
    jump(context, -86400)
    context.hold()


# --- several workers -------------------------------------------------------------------------------------------------

TWO = {"POLYFN_WORKERS": "2"}


@fault("two workers, kill -9 of one every second", env=TWO, may_fail=GONE, may_break_off=True, connections=64, quick=True)
def one_of_two_killed(context: Context) -> None:
    context.repeat(lambda: context.signal(signal.SIGKILL), 1)


@fault("two workers, one stops (SIGSTOP) for ever, time limit 1 s", env=TWO | {"POLYFN_TIMEOUT": "1s"}, may_fail=GONE | {"DeadlineExceeded"})
def one_of_two_hangs(context: Context) -> None:
    context.repeat(lambda: context.signal(signal.SIGSTOP), 3)


@fault("two workers, each replaced after 200 requests", env=TWO | {"POLYFN_WORKER_MAX_REQUESTS": "200"}, connections=32, quick=True)
def replaced(context: Context) -> None:
    context.hold()


@fault("two workers, SIGTERM under load", env=TWO, stops=True, may_fail=frozenset({"Draining"}), connections=32)
def two_stopped(context: Context) -> None:
    stopped(context)
