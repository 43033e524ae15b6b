"""What a scenario hands back: plain data, so that tables and plots can be made again without measuring again."""

from dataclasses import dataclass, field
from statistics import median


@dataclass
class Table:
    title: str
    columns: list[str]
    rows: list[list]


@dataclass
class Budget:
    """A figure beside what it may be. No figure: it could not be measured, and `note` says why."""

    what: str
    figure: float | None
    limit: float
    unit: str = ""
    at_least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.figure is None:
            return "not measured"
        met = self.figure >= self.limit if self.at_least else self.figure <= self.limit
        return "met" if met else "**missed**"


@dataclass
class Result:
    scenario: str
    tables: list[Table] = field(default_factory=list)
    budgets: list[Budget] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    plots: dict = field(default_factory=dict)


class Skipped(Exception):
    """A part of a scenario that cannot run here, and why."""


def spread(values: list[float]) -> str:
    """The median, and in brackets how far single rounds were from each other."""
    return f"{number(median(values))} ({number(min(values))}–{number(max(values))})"


def number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
