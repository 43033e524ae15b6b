"""Breaks what can break, under load, and counts: python -m chaos.main [--quick] [--write] [fault ...]"""

import argparse
import contextlib
import dataclasses
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.lib import images, machine, probe, processes
from bench.lib.targets import Container, Running, running

from . import starts
from .faults import FAULTS, Context, Fault
from .load import Counts, Load

ROOT = Path(__file__).resolve().parent.parent
FUNCTION = ROOT / "chaos/functions/faults"
PAGE = ROOT / "docs/chaos.md"
RECOVERY = 40  # seconds; a caller that does not read is given up after 30
COLUMNS = ["fault", "sent", "answered", "failed as they should", "unanswered", "wrong", "core, MB", "descriptors", "served again after", "verdict"]


@dataclass(frozen=True)
class State:
    """Of the core's process."""

    pid: int
    megabytes: float
    descriptors: int


def main() -> int:
    asked = _arguments()
    if asked.starts:
        return _starts(asked.starts)
    faults = [each for each in FAULTS if (each.quick or not asked.quick) and (not asked.faults or any(word in each.name for word in asked.faults))]
    rows, bad = [], 0
    for each in faults:
        for memory in each.memories[-1:] if asked.quick else each.memories:
            name = f"{each.name}, {memory.upper()}B" if memory else each.name
            row, problems = _row(name, each, memory, asked.seconds or (3 if asked.quick else 6))
            print("  ".join(row), *(f"\n    {problem}" for problem in problems), flush=True)
            rows.append(row)
            bad += bool(problems)
    print(f"\n{len(rows)} faults, {bad} of them with something unanswered, wrong or lost")
    if asked.write:
        PAGE.write_text(_page(rows))
        print(f"Written to {PAGE}")
    return 1 if bad else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos/run", description="Breaks polyfn under load, and counts.")
    parser.add_argument("--quick", action="store_true", help="some of the faults, two minutes")
    parser.add_argument("--write", action="store_true", help=f"write the table to {PAGE.relative_to(ROOT)}")
    parser.add_argument("--seconds", type=float, help="how long each fault lasts")
    parser.add_argument("--starts", type=int, help="no faults, but as many starts under load")
    parser.add_argument("faults", nargs="*", help="only those whose name contains one of these words")
    return parser.parse_args()


def _starts(number: int) -> int:
    found, bad = [], 0
    for counts in starts.run(number):
        found.append(counts)
        problems = _problems(Fault("start", lambda _: None), counts)
        bad += bool(problems)
        if problems or len(found) % 100 == 0:
            print(f"start {len(found)}", *problems, sep="\n    ", flush=True)
    total = _sum(found)
    print(f"{number:,} starts, {bad} of them with something unanswered, wrong or lost; {total.sent:,} requests, {total.answered:,} answered")
    return 1 if bad else 0


def _row(name: str, fault: Fault, memory: str, seconds: float) -> tuple[list[str], list[str]]:
    limits = fault.limits + ((f"--memory={memory}", f"--memory-swap={memory}") if memory else ())
    target = Container(name, path="/echo", env={"POLYFN_MARKERS": "off"} | fault.env, image=images.nodejs(), mounts=(f"{FUNCTION}:/code:ro",), limits=limits)
    problems = []
    with contextlib.ExitStack() as containers:
        first = containers.enter_context(running(target))
        before = _state(first)
        with Load(first.port, fault.connections) as load:
            context = Context(first, seconds, load, containers)
            time.sleep(1)
            fault.inject(context)
            ended = time.monotonic()
        up = context.up
        counts = _sum([load.counts, *(each.counts for each in context.also)])
        served, after = "", before
        if not fault.stops:
            with contextlib.suppress(probe.NoAnswer, LookupError):
                served = f"{max(0.0, probe.first_response(up.port, '/echo', lambda: True, RECOVERY) - ended):.1f} s"
                after = _state(up)
            if not served:
                problems.append("not served again")
            elif up is first and after.pid != before.pid:
                problems.append("the core was restarted")
        worker_died = up.out_of_memory() and bool(served)
    problems += _problems(fault, counts)
    failed = sum(counts.failed.values()) + (counts.broken_off if fault.may_break_off else 0)
    unanswered = counts.unanswered + (0 if fault.may_break_off else counts.broken_off)
    return [name, f"{counts.sent:,}", f"{counts.answered:,}", f"{failed:,}", str(unanswered), str(counts.wrong),
            f"{before.megabytes:.0f} → {after.megabytes:.0f}", f"{before.descriptors} → {after.descriptors}", served,
            "**not as it should be**" if problems else "ok; the worker ran out of memory" if worker_died else "ok"], problems


def _problems(fault: Fault, counts: Counts) -> list[str]:
    found = [f"{number} {reason}" for reason, number in counts.reasons.most_common(5)]
    found += [f"{number} failed with {code}" for code, number in counts.failed.items() if code not in fault.may_fail]
    if counts.broken_off and not fault.may_break_off:
        found.append(f"{counts.broken_off} responses broke off")
    if counts.refused and not fault.stops:
        found.append(f"{counts.refused} connections were refused")
    if not counts.answered:
        found.append("nothing was answered")
    return found


def _sum(all_counts: list[Counts]) -> Counts:
    total = Counts()
    for each in all_counts:
        for one in dataclasses.fields(Counts):
            setattr(total, one.name, getattr(total, one.name) + getattr(each, one.name))
    return total


def _state(up: Running) -> State:
    pid = processes.find(up.pid, "java")
    return State(pid, processes.memory(pid).megabytes, len(list(Path(f"/proc/{pid}/fd").iterdir())))


def _page(rows: list[list[str]]) -> str:
    facts = machine.facts()
    lines = [f"| {' | '.join(row)} |" for row in [COLUMNS, ["---"] * len(COLUMNS), *rows]]
    where = "; ".join(f"{name}: {facts[name]}" for name in ("date", "commit", "CPU", "memory", "kernel", "Docker engine", "images"))
    return PREAMBLE + f"{where}.\n\n" + "\n".join(lines) + "\n"


PREAMBLE = """# What happens when something breaks

Written by `make chaos`. Each row is a container of `polyfn/nodejs` under load, and something that is broken on purpose ([chaos/](../chaos)).
Each request carries a token, and its response has to be that token or a failure of the core with a code that the fault explains:

- *failed as they should*: such a failure, or, where the worker breaks in the middle of a body, a response that breaks off;
- *unanswered*: no response, or a reset;
- *wrong*: anything else, such as a response that is somebody else's.

A worker that runs out of memory in a small container is the function's, and counts as a worker that exits.

Only callers that count are in the table, not those that do harm. Memory (resident) and descriptors are the core's, before and after.

"""

if __name__ == "__main__":
    sys.exit(main())
