"""The results as pictures, drawn by matplotlib."""

from pathlib import Path

import matplotlib
from matplotlib import pyplot
from matplotlib.axes import Axes

from .result import Result

# Text stays text, and the same figures give the same file.
matplotlib.use("svg")
matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "polyfn", "axes.spines.top": False, "axes.spines.right": False}
SIZE = (8, 3.6)
CORE_FIRST = "core first + worker"


def draw(results: list[Result], folder: Path) -> dict[str, list[str]]:
    """Draws what the scenarios brought figures for; file names by scenario."""
    drawn: dict[str, list[str]] = {}
    for result in results:
        for name, plot in PLOTS.get(result.scenario, {}).items():
            figure, axes = pyplot.subplots(figsize=SIZE, layout="constrained")
            plot(axes, result.plots)
            figure.savefig(folder / name, metadata={"Date": None, "Creator": None})
            pyplot.close(figure)
            drawn.setdefault(result.scenario, []).append(name)
    return drawn


def _latency(axes: Axes, figures: dict) -> None:
    _against_connections(axes, figures, lambda load: load["p50_us"] / 1000, "{}, p50", "-")
    _against_connections(axes, figures, lambda load: load["p99_us"] / 1000, "{}, p99", "--")
    axes.set(yscale="log", ylabel="milliseconds", title="Latency against connections")
    axes.legend(frameon=False)


def _throughput(axes: Axes, figures: dict) -> None:
    _against_connections(axes, figures, lambda load: load["per_second"], "{}", "-")
    axes.set(ylim=(0, None), ylabel="requests per second", title="Throughput against connections")
    axes.legend(frameon=False)


def _against_connections(axes: Axes, figures: dict, of, label: str, style: str) -> None:
    counts = list(figures["connections"])
    for index, name in enumerate(figures["connections"][counts[0]]):
        values = [of(figures["connections"][count][name]) for count in counts]
        axes.plot([int(count) for count in counts], values, style, marker=".", color=f"C{index}", label=label.format(name))
    axes.set(xscale="log", xlabel="connections")
    axes.xaxis.set_major_formatter("{x:,.0f}")


def _start(axes: Axes, figures: dict) -> None:
    """Each target's start as a bar; the core's is made of the phases that it says of itself."""
    starts = figures["starts"]
    plain = {name: millis for name, millis in starts.items() if name != CORE_FIRST}
    axes.barh(list(starts), [plain.get(name, 0) for name in starts], color="0.75", height=0.5)
    reached = 0.0
    for phase, millis in sorted(figures["phases"].items(), key=lambda each: each[1]):
        axes.barh(CORE_FIRST, millis - reached, left=reached, height=0.5, label=f"until {phase.replace('_', ' ')}")
        reached = millis
    for row, millis in enumerate(starts.values()):
        axes.annotate(f"{millis:.0f} ms", (millis, row), (4, 0), textcoords="offset points", va="center")
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set(xlabel="milliseconds from docker run to the first response", title="Cold start")
    axes.figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize="small")


def _memory(axes: Axes, figures: dict) -> None:
    bars = {f"{name}, {when}": parts for name, times in figures.items() for when, parts in times.items()}
    left = [0.0] * len(bars)
    for part in next(iter(bars.values())):
        widths = [parts[part] for parts in bars.values()]
        axes.barh(list(bars), widths, left=left, height=0.6, label=part)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.invert_yaxis()
    axes.set(xlabel="resident memory, MB", title="Memory")
    axes.legend(frameon=False)


PLOTS = {
    "scale": {"latency.svg": _latency, "throughput.svg": _throughput},
    "start": {"start.svg": _start},
    "memory": {"memory.svg": _memory},
}
