"""The results as a page."""

from .result import Budget, Result, number

TITLES = {
    "warm": "Warm event echo", "pool": "One worker and two", "start": "Start to first response", "memory": "Memory",
    "starved": "Small instances", "cpus": "Starts with less CPU", "scale": "Scale", "peers": "Peers", "typescript": "TypeScript", "sizes": "Image sizes",
}
BUDGETS = ["what", "figure", "budget", "", "note"]


def page(results: list[Result], machine: dict[str, str], failures: dict[str, str], plots: dict[str, list[str]]) -> str:
    budgets = [each for result in results for each in result.budgets]
    parts = [
        "# Results",
        "Made by `make bench`; [what is measured and how to read it](../README.md). Figures are medians, in brackets the "
        "lowest and the highest round. Ratios hold between machines, milliseconds do not.",
        markdown(["", ""], [[name, value] for name, value in machine.items()]),
        "## Budgets",
        _summary(budgets),
        markdown(BUDGETS, [_budget(each) for each in budgets]),
    ]
    parts += [f"**The scenario `{name}` failed:** {reason}" for name, reason in failures.items()]
    for result in results:
        parts += _section(result, plots.get(result.scenario, []))
    return "\n\n".join(parts) + "\n"


def _summary(budgets: list[Budget]) -> str:
    verdicts = [each.verdict for each in budgets]
    missed = [each.what for each in budgets if "missed" in each.verdict]
    text = f"{verdicts.count('met')} of {len(budgets)} are met, {len(missed)} missed, {verdicts.count('not measured')} not measured."
    return text + (f" Missed: {'; '.join(missed)}." if missed else "")


def _section(result: Result, plots: list[str]) -> list[str]:
    parts = [f"## {TITLES[result.scenario]}", *result.notes]
    for table in result.tables:
        parts += [f"### {table.title}"] * bool(table.title)
        parts.append(markdown(table.columns, table.rows))
    return parts + [f"![{TITLES[result.scenario]}]({name})" for name in plots]


def _budget(budget: Budget) -> list[str]:
    sign, unit = "≥" if budget.at_least else "≤", f" {budget.unit}" if budget.unit else ""
    figure = "" if budget.figure is None else f"{number(budget.figure)}{unit}"
    return [budget.what, figure, f"{sign} {number(budget.limit)}{unit}", budget.verdict, budget.note]


def markdown(columns: list[str], rows: list[list]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
