"""The core's resident memory: idle after its first responses, and after load at 64 connections."""

from bench.lib import catalogue, host
from bench.lib.processes import Memory
from bench.lib.result import Budget, Result, Table, number
from bench.lib.settings import Settings
from bench.lib.targets import Target, running
from bench.lib.wrk import load

CONNECTIONS = 64
LIMITS = {"core": {"idle": 85, "after load": 100}, "core without control plane": {"idle": 60, "after load": 80}}
COLUMNS = ["process", "when", "resident MB", "private", "of files", "shared", "container, resident MB"]


def run(settings: Settings) -> Result:
    measured = {
        "core": (catalogue.core(), "java"),
        "core without control plane": (catalogue.lean(), "java"),
        "bare Vert.x": (catalogue.vertx(), "java"),
        "worker, direct mode": (catalogue.direct(), "node"),
    }
    if settings.quick:
        measured = {name: each for name, each in measured.items() if name in LIMITS}
    rows, plot = [], {}
    for name, (target, process) in measured.items():
        idle, loaded = _measure(target, process, settings)
        rows += [_row(name, "idle", *idle), _row(name, f"after {settings.memory_seconds} s of load", *loaded)]
        plot[name] = {"idle": _parts(idle[0]), "after load": _parts(loaded[0])}
    budgets = [Budget(f"{name}, resident, {when}", sum(plot[name][when].values()), limit, "MB")
               for name, limits in LIMITS.items() for when, limit in limits.items()]
    return Result("memory", [Table("", COLUMNS, rows)], plots=plot, budgets=budgets)


def _measure(target: Target, process: str, settings: Settings) -> tuple:
    with running(target) as up:
        host.settle()
        idle = up.memory(process), up.memory()
        load(up.url, CONNECTIONS, settings.memory_seconds)
        host.settle()
        return idle, (up.memory(process), up.memory())


def _row(name: str, when: str, own: Memory, everyone: Memory) -> list[str]:
    return [name, when, number(own.megabytes), *map(number, _parts(own).values()), number(everyone.megabytes)]


def _parts(memory: Memory) -> dict[str, float]:
    parts = {"private": memory.private, "of files": memory.files, "shared": memory.shared}
    return {name: kilobytes * 1024 / 1e6 for name, kilobytes in parts.items()}
