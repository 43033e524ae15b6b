"""One worker and two: a function that needs the CPU, and an echo that does not."""

from statistics import median

from bench.lib import catalogue, turns
from bench.lib.result import Budget, Result, Table, number, spread
from bench.lib.settings import Settings

CONNECTIONS = 16
COLUMNS = ["target", "requests/s, 16 connections", "p99 ms", "throughput ÷ one worker"]


def run(settings: Settings) -> Result:
    pairs = [(catalogue.busy(1), catalogue.busy(2)), (catalogue.core(), catalogue.named(catalogue.two_workers(), "core + two workers"))]
    found = turns.loads([each for pair in pairs for each in pair], (CONNECTIONS,), settings)
    ratios = {two.name: turns.ratios(found, two.name, one.name, CONNECTIONS) for one, two in pairs}
    rows = [[each.name, spread([load.per_second for load in found[each.name, CONNECTIONS]]),
             number(turns.middle(found, each.name, CONNECTIONS, "p99_us") / 1000), number(median(ratios[each.name])) if each.name in ratios else ""]
            for pair in pairs for each in pair]
    busy = ratios[pairs[0][1].name]
    return Result("pool", [Table("", COLUMNS, rows)], [
        Budget("two workers ÷ one, a function that needs the CPU", median(busy), 1.8, at_least=True, note=f"rounds: {spread(busy)}")])
