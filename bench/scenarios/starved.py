"""Small instances: the same echo with little CPU and memory, with the core and in direct mode."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.lib import catalogue, disk, turns
from bench.lib.result import Budget, Result, Table, number, spread
from bench.lib.settings import Settings
from bench.lib.targets import Container, running
from bench.lib.wrk import Load, load

SIZES = (("0.25", "128m"), ("1", "512m"))
CONNECTIONS = (1, 8)
COLUMNS = ["instance", "target", "first response, ms", "with files on the disk only", "p50 ms, 1 connection", "p99 ms, 1 connection",
           "requests/s, 8 connections", "resident MB, all processes"]


@dataclass(frozen=True)
class Measured:
    starts: list[float]
    starts_from_disk: list[float]
    loads: dict[int, Load]
    megabytes: float
    out_of_memory: int  # containers


def run(settings: Settings) -> Result:
    result = Result("starved", [Table("", COLUMNS, [])])
    out_of_memory = 0
    for cpus, memory in SIZES:
        found = {each.name: _measure(catalogue.limited(each, cpus, memory), settings)
                 for each in (catalogue.direct(), catalogue.core())}
        for name, each in found.items():
            out_of_memory += each.out_of_memory
            result.tables[0].rows.append(
                [f"{cpus} CPU, {memory}", name, spread(each.starts), spread(each.starts_from_disk), *_warm(each.loads),
                 number(each.megabytes)])
        if (cpus, memory) == SIZES[0]:
            direct, core = (found[name].loads[1] for name in ("worker, direct mode", "core + worker"))
            result.budgets.append(Budget(f"{cpus} CPU, {memory}: start to first response, core ÷ direct mode",
                                         median(found["core + worker"].starts) / median(found["worker, direct mode"].starts), 1.5))
            result.budgets.append(Budget(f"{cpus} CPU, {memory}: p50, core ÷ direct mode", core.p50_us / direct.p50_us, 10))
    result.budgets.append(Budget("containers in which a process ran out of memory", out_of_memory, 0))
    return result


def _measure(target: Container, settings: Settings) -> Measured:
    killed: list[bool] = []
    times = max(2, settings.starts // 3)

    def starts(before: Callable[[], None]) -> list[float]:
        return turns.starts([target], times, lambda up: killed.append(up.out_of_memory()), before)[target.name]

    from_memory = starts(lambda: None)
    with disk.usual_read_ahead():
        from_disk = starts(disk.forget_files)
    with running(target) as up:
        # Compilers share the quarter of a CPU with the function: what is measured before they are done says nothing.
        load(up.url, max(CONNECTIONS), settings.warm_up * 2)
        loads = {count: load(up.url, count, settings.seconds * 2) for count in CONNECTIONS}
        return Measured(from_memory, from_disk, loads, up.memory().megabytes, sum([*killed, up.out_of_memory()]))


def _warm(loads: dict[int, Load]) -> list[str]:
    one = loads[1]
    return [number(one.p50_us / 1000), number(one.p99_us / 1000), number(loads[8].per_second)]
