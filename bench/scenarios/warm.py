"""Warm event echo: straight to the worker and through the core, in turns."""

from statistics import median

from bench.lib import catalogue, turns
from bench.lib.result import Budget, Result, Table, number, spread
from bench.lib.settings import Settings
from bench.lib.turns import Loads

CONNECTIONS = (1, 32)
COLUMNS = ["target", "requests/s, 32 connections", "p50 µs, 1 connection", "p99 µs, 32 connections", "throughput ÷ straight",
           "p50 − straight, µs"]


def run(settings: Settings) -> Result:
    bare = (catalogue.without_markers(catalogue.direct()), catalogue.without_markers(catalogue.core()))
    pairs = [bare, (bare[0], catalogue.core())]
    if not settings.quick:
        pairs.append((catalogue.without_log(bare[0]), catalogue.without_log(bare[1])))
        pairs.append((catalogue.plain(), catalogue.without_markers(catalogue.plain_core())))
    found = turns.loads(list({each.name: each for pair in pairs for each in pair}.values()), CONNECTIONS, settings)
    result = Result("warm", tables=[_table("Containers", found, pairs)], budgets=_budgets(found, *pairs))
    if not settings.quick:
        pairs = [(catalogue.on_host("direct"), catalogue.on_host("core"))]
        result.tables.append(_table("Processes on the machine itself", turns.loads(pairs[0], CONNECTIONS, settings), pairs))
    return result


def _budgets(found: Loads, bare, marked, *_) -> list[Budget]:
    return [
        _throughput(found, *bare, "core ÷ straight, no markers", 0.75),
        _throughput(found, *marked, "core with markers ÷ straight without", 0.5),
        Budget("p50, 1 connection: core − straight, no markers", _added(found, *bare), 60, "µs"),
    ]


def _throughput(found: Loads, straight, core, what: str, least: float) -> Budget:
    ratios = turns.ratios(found, core.name, straight.name, 32)
    return Budget(f"throughput, 32 connections: {what}", median(ratios), least, at_least=True, note=f"rounds: {spread(ratios)}")


def _table(title: str, found: Loads, pairs) -> Table:
    rows: list[list[str]] = []
    for straight, core in pairs:
        if all(row[0] != straight.name for row in rows):
            rows.append(_row(found, straight, "", ""))
        ratio = median(turns.ratios(found, core.name, straight.name, 32))
        rows.append(_row(found, core, number(ratio), number(_added(found, straight, core))))
    return Table(title, COLUMNS, rows)


def _row(found: Loads, target, ratio: str, added: str) -> list[str]:
    rates = [each.per_second for each in found[target.name, 32]]
    p50, p99 = (turns.middle(found, target.name, n, what) for n, what in ((1, "p50_us"), (32, "p99_us")))
    return [target.name, spread(rates), number(p50), number(p99), ratio, added]


def _added(found: Loads, straight, core) -> float:
    return turns.middle(found, core.name, 1, "p50_us") - turns.middle(found, straight.name, 1, "p50_us")
