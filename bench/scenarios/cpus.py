"""Cold start with less and less CPU: what the core adds to the worker alone, for three kinds of functions."""

from dataclasses import replace
from statistics import median

from bench.lib import catalogue, turns
from bench.lib.result import Budget, Result, Table, number, spread
from bench.lib.settings import Settings

SIZES = (("2", "1g"), ("1", "512m"), ("0.5", "256m"), ("0.25", "128m"))


def run(settings: Settings) -> Result:
    functions = (replace(catalogue.core(), name="Node.js"), catalogue.initializer(), catalogue.typescript_built())
    result = Result("cpus", [Table("", ["instance", "function", "direct mode, ms", "with the core, ms", "÷", "−, ms"], [])])
    for cpus, memory in SIZES:
        pairs = [(catalogue.limited(catalogue.in_direct_mode(each), cpus, memory), catalogue.limited(each, cpus, memory)) for each in functions]
        found = turns.starts([target for pair in pairs for target in pair], max(2, settings.starts // 2))
        for direct, core in pairs:
            alone, whole = median(found[direct.name]), median(found[core.name])
            result.tables[0].rows.append([f"{cpus} CPU, {memory}", core.name, spread(found[direct.name]), spread(found[core.name]),
                                          number(whole / alone), number(whole - alone)])
            result.budgets += _budgets(f"first response, {core.name}, {cpus} CPU, {memory}: core", alone, whole, (cpus, memory))
    return result


def _budgets(what: str, alone: float, whole: float, size: tuple[str, str]) -> list[Budget]:
    if size == SIZES[0]:
        return [Budget(f"{what} − direct mode", whole - alone, 60, "ms")]
    if size == SIZES[-1]:
        return [Budget(f"{what} ÷ direct mode", whole / alone, 1.5)]
    return []
