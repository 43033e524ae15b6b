"""TypeScript: the well-known way, ts-node in a container, and polyfn/typescript built and as source."""

from collections import defaultdict
from statistics import median

from bench.lib import catalogue, host, turns
from bench.lib.result import Budget, Result, Skipped, Table, number, spread
from bench.lib.settings import Settings
from bench.lib.targets import Running

TIME, MEMORY = "TypeScript, start to first response: built ÷ ts-node", "TypeScript, memory after the first response: built ÷ ts-node"


def run(settings: Settings) -> Result:
    try:
        targets = [catalogue.ts_node(), catalogue.typescript_built(), catalogue.typescript_source()]
    except Skipped as reason:
        return Result("typescript", notes=[f"Not measured: {reason}."], budgets=[
            Budget(TIME, None, 0.2, note=str(reason)), Budget(MEMORY, None, 0.5, note=str(reason))])
    resident: dict[str, list[float]] = defaultdict(list)

    def look(up: Running) -> None:
        host.settle(0.5)
        resident[up.target.name].append(up.memory().megabytes)

    found = turns.starts(targets, max(2, settings.starts // 2), look)
    rows = [[name, spread(millis), number(median(resident[name]))] for name, millis in found.items()]
    known, built, _ = (each.name for each in targets)
    return Result(
        "typescript",
        [Table("", ["target", "first response, ms", "resident MB, all processes"], rows)],
        [Budget(TIME, median(found[built]) / median(found[known]), 0.2),
         Budget(MEMORY, median(resident[built]) / median(resident[known]), 0.5)],
    )
