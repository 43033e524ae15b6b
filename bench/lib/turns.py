"""Measures several targets in turns, so that whatever else the machine does hits all of them alike."""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from statistics import median

from .settings import Settings
from .targets import Running, Target, running
from .wrk import Load, load

# (target, connections) -> one Load for each round
Loads = dict[tuple[str, int], list[Load]]


def loads(targets: Iterable[Target], connections: tuple[int, ...], settings: Settings) -> Loads:
    """All targets are up at once; one that is asked nothing takes no CPU. None gets more connections than it takes."""
    with contextlib.ExitStack() as stack:
        up = [stack.enter_context(running(target)) for target in targets]
        for each in up:
            load(each.url, _within(each, max(connections)), settings.warm_up)
        found: Loads = defaultdict(list)
        for turn in range(settings.rounds):
            for count in connections:
                for each in _turned(up, turn):
                    found[each.target.name, count].append(load(each.url, _within(each, count), settings.seconds))
    return found


def starts(
        targets: Iterable[Target], times: int, look: Callable[[Running], None] = lambda _: None, before: Callable[[], None] = lambda: None,
) -> dict[str, list[float]]:
    """Milliseconds to the first response. The first start of each only fills the machine's caches and does not count."""
    everyone = list(targets)
    found: dict[str, list[float]] = {target.name: [] for target in everyone}
    for turn in range(times + 1):
        for target in _turned(everyone, turn):
            before()
            with running(target) as up:
                if turn:
                    found[target.name].append(up.first_response_ms)
                    look(up)
    return found


def middle(found: Loads, target: str, connections: int, what: str) -> float:
    return median(getattr(each, what) for each in found[target, connections])


def ratios(found: Loads, one: str, other: str, connections: int) -> list[float]:
    """Throughput of one target over another's, round by round."""
    pairs = zip(found[one, connections], found[other, connections], strict=True)
    return [a.per_second / b.per_second for a, b in pairs]


def _within(up: Running, connections: int) -> int:
    return min(connections, up.target.most_at_once)


def _turned(everyone: list, turn: int) -> list:
    """Who comes first changes from round to round."""
    cut = turn % len(everyone)
    return everyone[cut:] + everyone[:cut]
