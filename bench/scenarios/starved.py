"""Small instances: the same echo with little CPU and memory, with the core and in direct mode."""


from bench.lib import catalogue, turns
from bench.lib.result import Budget, Result, Table, number, spread
from bench.lib.settings import Settings
from bench.lib.targets import Container, running
from bench.lib.wrk import Load, load

SIZES = (("0.25", "128m"), ("1", "512m"))
CONNECTIONS = (1, 8)
COLUMNS = ["instance", "target", "first answer, ms", "p50 ms, 1 connection", "p99 ms, 1 connection", "requests/s, 8 connections",
           "resident MB, all processes"]


def run(settings: Settings) -> Result:
    result = Result("starved", [Table("", COLUMNS, [])])
    out_of_memory = 0
    for cpus, memory in SIZES:
        found = {each.name: _measure(catalogue.limited(each, cpus, memory), settings)
                 for each in (catalogue.direct(), catalogue.core())}
        for name, (starts, loads, resident, killed) in found.items():
            out_of_memory += killed
            result.tables[0].rows.append(
                [f"{cpus} CPU, {memory}", name, spread(starts), *_warm(loads), number(resident)])
        if (cpus, memory) == SIZES[0]:
            direct, core = (found[name][1][1] for name in ("worker, direct mode", "core + worker"))
            result.budgets.append(Budget(f"{cpus} CPU, {memory}: p50, core ÷ direct mode", core.p50_us / direct.p50_us, 10))
    result.budgets.append(Budget("containers in which a process ran out of memory", out_of_memory, 0))
    return result


def _measure(target: Container, settings: Settings) -> tuple[list[float], dict[int, Load], float, int]:
    killed: list[bool] = []
    starts = turns.starts([target], max(2, settings.starts // 3), lambda up: killed.append(up.out_of_memory()))[target.name]
    with running(target) as up:
        # Compilers share the quarter of a CPU with the function: what is measured before they are done says nothing.
        load(up.url, max(CONNECTIONS), settings.warm_up * 2)
        loads = {count: load(up.url, count, settings.seconds * 2) for count in CONNECTIONS}
        return starts, loads, up.memory().megabytes, sum([*killed, up.out_of_memory()])


def _warm(loads: dict[int, Load]) -> list[str]:
    one = loads[1]
    return [number(one.p50_us / 1000), number(one.p99_us / 1000), number(loads[8].per_second)]
