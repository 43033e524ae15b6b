"""The peers that package registries offer, in the same turns as ours, with the same functions."""

from collections.abc import Callable
from statistics import median

from bench.lib import catalogue, turns
from bench.lib.probe import NoAnswer
from bench.lib.result import Budget, Result, Skipped, Table, number, spread
from bench.lib.settings import Settings
from bench.lib.targets import Target
from bench.lib.wrk import LoadFailed

CONNECTIONS = (1, 32)


def run(settings: Settings) -> Result:
    result = Result("peers")
    _compare(result, settings, "Node.js, the whole of ours", catalogue.core, catalogue.functions_framework,
             1.5, "throughput, 32 connections: core + worker ÷ functions-framework alone")
    _compare(result, settings, "In front of a plain Node.js server", catalogue.plain_core, catalogue.watchdog,
             3.0, "throughput, 32 connections: core ÷ of-watchdog, same server behind")
    _compare(result, settings, "An echo on aws-lambda-go", catalogue.lambda_core, catalogue.lambda_emulator,
             3.0, "most throughput, aws-lambda-go: core, 32 connections ÷ Lambda's emulator, which takes 1")
    return result


def _compare(result: Result, settings: Settings, title: str, ours: Callable[[], Target], theirs: Callable[[], Target],
             limit: float, budget: str) -> None:
    ready, reason = _ready(ours, theirs)
    if reason:
        result.notes.append(f"{title}: {reason}.")
        result.budgets.append(Budget(budget, None, limit, at_least=True, note=reason))
    if not ready:
        return
    try:
        found = turns.loads(ready, CONNECTIONS, settings)
    except (NoAnswer, LoadFailed) as failure:
        # The other peers are still worth their figures.
        result.notes.append(f"**{title} failed:** {failure}.")
        result.budgets.append(Budget(budget, None, limit, at_least=True, note="failed, see below"))
        return
    result.tables.append(_table(title, found, ready, max(CONNECTIONS)))
    if not reason:
        ratios = turns.ratios(found, ready[0].name, ready[1].name, max(CONNECTIONS))
        result.budgets.append(Budget(budget, median(ratios), limit, at_least=True, note=f"rounds: {spread(ratios)}"))


def _ready(*makers: Callable[[], Target]) -> tuple[list[Target], str]:
    """Those that can be had here, and why others cannot."""
    ready, reasons = [], []
    for make in makers:
        try:
            ready.append(make())
        except Skipped as reason:
            reasons.append(str(reason))
    return ready, "; ".join(reasons)


def _table(title: str, found: turns.Loads, targets: list[Target], most: int) -> Table:
    many = f"{most} connections"
    rows = [[name, spread([load.per_second for load in found[name, most]]), number(turns.middle(found, name, 1, "p50_us")),
             number(turns.middle(found, name, most, "p99_us"))] for name in (each.name for each in targets)]
    return Table(title, ["target", f"requests/s, {many}", "p50 µs, 1 connection", f"p99 µs, {many}"], rows)
