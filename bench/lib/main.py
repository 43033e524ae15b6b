"""Runs the scenarios and writes what they found: python -m bench.lib.main [--quick] [scenario ...]"""

import argparse
import importlib
import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from . import machine, plots, report
from .probe import NoAnswer
from .result import Budget, Result, Skipped, Table
from .settings import FULL, QUICK, Settings
from .targets import BENCH
from .wrk import LoadFailed

SCENARIOS = ("warm", "pool", "start", "memory", "starved", "cpus", "scale", "peers", "typescript", "sizes")
QUICK_SCENARIOS = ("warm", "start", "memory", "sizes")
FAILURES = (Skipped, NoAnswer, LoadFailed, OSError, LookupError, subprocess.SubprocessError)


def main() -> int:
    asked = _arguments()
    folder = asked.folder or (BENCH / "target/quick" if asked.quick else BENCH / "results")
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "results.json"
    if not asked.report:
        _measure(asked.scenarios, QUICK if asked.quick else FULL, data)
    return _write(json.loads(data.read_text()), folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures polyfn; see bench/README.md.")
    parser.add_argument("--quick", action="store_true", help="about a minute, into bench/target/quick")
    parser.add_argument("--report", action="store_true", help="measure nothing, write table and plots again")
    parser.add_argument("--folder", type=Path, help="where to write")
    parser.add_argument("scenarios", nargs="*", help=f"of {', '.join(SCENARIOS)}")
    asked = parser.parse_args()
    if unknown := set(asked.scenarios) - set(SCENARIOS):
        parser.error(f"there is no scenario {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    asked.scenarios = asked.scenarios or (QUICK_SCENARIOS if asked.quick else SCENARIOS)
    return asked


def _measure(scenarios: list[str], settings: Settings, data: Path) -> None:
    found = {"machine": machine.facts(), "results": [], "failures": {}}
    for name in scenarios:
        started = time.monotonic()
        print(f"{name} …", end=" ", flush=True)
        try:
            found["results"].append(asdict(importlib.import_module(f"bench.scenarios.{name}").run(settings)))
            print(f"{time.monotonic() - started:.0f} s", flush=True)
        except FAILURES as failure:
            # One scenario that cannot be measured is no reason to lose the others' hour.
            found["failures"][name] = f"{type(failure).__name__}: {failure}"
            print(f"failed: {failure}", flush=True)
        # After each, so that a run that is broken off has what it has.
        data.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def _write(found: dict, folder: Path) -> int:
    results = [_result(each) for each in found["results"]]
    page = report.page(results, found["machine"], found["failures"], plots.draw(results, folder))
    (folder / "README.md").write_text(page)
    print(f"\n{page}\nWritten to {folder}")
    return 1 if found["failures"] else 0


def _result(data: dict) -> Result:
    return Result(**data | {"tables": [Table(**each) for each in data["tables"]],
                            "budgets": [Budget(**each) for each in data["budgets"]]})


if __name__ == "__main__":
    sys.exit(main())
