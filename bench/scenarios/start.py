"""Cold start: from `docker run`, or from the process's start, to the first response."""

import contextlib
import re
import time
import urllib.request
from collections import defaultdict
from statistics import median

from bench.lib import catalogue, turns
from bench.lib.result import Budget, Result, Table, number, spread
from bench.lib.settings import Settings
from bench.lib.targets import Running

PHASE = re.compile(r'^polyfn_start_\w+\{.*phase="(\w+)".*\} (\S+)$', re.MULTILINE)
CORE, CORE_FIRST, VERTX, DIRECT = "core + worker", "core first + worker", "bare Vert.x", "worker, direct mode"


def run(settings: Settings) -> Result:
    phases: dict[str, list[float]] = defaultdict(list)

    def look(up: Running) -> None:
        if up.target.name == CORE_FIRST:
            for phase, millis in _timeline(up).items():
                phases[phase].append(millis)

    targets = [catalogue.plain(), catalogue.direct(), catalogue.core(), catalogue.core_first(), catalogue.vertx()]
    found = turns.starts(targets, settings.starts, look)
    timeline = {phase: median(values) for phase, values in phases.items()}
    result = Result("start", tables=[_table("Containers, from docker run", found), _phases(timeline)])
    result.budgets = [_added(found), _to_vertx("containers", found, CORE_FIRST)]
    result.plots = {"starts": {name: median(values) for name, values in found.items()}, "phases": timeline}
    if not settings.quick:
        found = turns.starts(map(catalogue.on_host, ("plain", "direct", "core", "vertx")), settings.starts)
        result.tables.append(_table("Processes on the machine itself", found))
        result.budgets.append(_to_vertx("processes", found, CORE))
    return result


def _to_vertx(where: str, found: dict, core: str) -> Budget:
    return Budget(f"start to first response, {where}: core first ÷ bare Vert.x", median(found[core]) / median(found[VERTX]), 1.25)


def _added(found: dict) -> Budget:
    return Budget("added to a Node.js function's start by the core", median(found[CORE]) - median(found[DIRECT]), 60, "ms")


def _timeline(up: Running) -> dict[str, float]:
    """What the core itself says, in milliseconds from docker run: its first response is the one that was heard here."""
    metrics = _metrics(f"http://127.0.0.1:{up.management_port}/metrics")
    said = {phase: float(seconds) * 1000 for phase, seconds in PHASE.findall(metrics)}
    shift = up.first_response_ms - said["first_response"]
    return {"process_started": up.process_started_ms("java")} | {phase: millis + shift for phase, millis in said.items()}


def _metrics(url: str) -> str:
    """The management port opens some time after the first response."""
    until = time.monotonic() + 10
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()
        if time.monotonic() > until:
            raise TimeoutError(f"{url} is not answered")
        time.sleep(0.02)


def _table(title: str, found: dict[str, list[float]]) -> Table:
    least = median(found["plain Node.js"])
    rows = [[name, spread(values), number(median(values) - least)] for name, values in found.items()]
    return Table(title, ["target", "first response, ms", "− plain Node.js, ms"], rows)


def _phases(timeline: dict[str, float]) -> Table:
    rows = [[phase.replace("_", " "), number(millis)] for phase, millis in sorted(timeline.items(), key=lambda each: each[1])]
    return Table("Inside the core's start", ["reached", "ms from docker run"], rows)
