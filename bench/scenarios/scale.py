"""From 1 to 1,000 connections, from no body to 32 MB, and what connections cost that only wait."""

import contextlib
import resource
import socket

from bench.lib import catalogue, host
from bench.lib.result import Budget, Result, Table, number
from bench.lib.settings import MIB, Settings
from bench.lib.targets import running
from bench.lib.wrk import BODY, Load, load

REQUEST = f"POST /invoke HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}".encode()


def run(settings: Settings) -> Result:
    targets = (catalogue.without_markers(catalogue.direct()), catalogue.without_markers(catalogue.core()))
    with running(targets[0]) as straight, running(targets[1]) as core:
        both = {"straight": straight, "core": core}
        for up in both.values():
            load(up.url, 32, settings.warm_up)
        connections = {n: {name: load(up.url, n, settings.seconds) for name, up in both.items()} for n in settings.connections}
        bodies = {size: {name: load(up.url, _connections(size), settings.seconds * 2, size) for name, up in both.items()}
                  for size in settings.body_sizes}
    idle = _idle(settings)
    rates = {n: loads["core"].per_second for n, loads in connections.items()}
    return Result(
        "scale",
        [_table("Connections", "connections", connections), _table("Bodies, there and back", "bytes", bodies)],
        [
            Budget("core's throughput at the most connections ÷ its best", rates[max(rates)] / max(rates.values()), 0.8,
                   at_least=True),
            Budget("throughput of 8 MB there and back, core ÷ straight", _ratio(bodies[8 * MIB]), 0.6, at_least=True),
            Budget(f"an idle connection, of {settings.idle_connections:,}", idle, 10, "kB"),
        ],
        plots={"connections": {n: {name: vars(each) for name, each in loads.items()} for n, loads in connections.items()}},
    )


def _connections(size: int) -> int:
    return 2 if size > MIB else 8


def _idle(settings: Settings) -> float:
    """Kilobytes for each connection that has had one answer and is kept."""
    count = settings.idle_connections
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with running(catalogue.core()) as up, contextlib.ExitStack() as open_connections:
        # Not the heap that any load makes the JVM take, but what connections take.
        load(up.url, 64, settings.warm_up)
        host.settle()
        before = up.memory("java").resident
        for _ in range(count):
            _ask(open_connections.enter_context(socket.create_connection(("127.0.0.1", up.port), timeout=30)))
        host.settle()
        return (up.memory("java").resident - before) * 1024 / 1000 / count


def _ask(connection: socket.socket) -> None:
    connection.sendall(REQUEST)
    answer = connection.recv(4096)
    if b" 200 " not in answer:
        raise ConnectionError(f"an idle connection was answered with {answer[:100]!r}")


def _ratio(loads: dict[str, Load]) -> float:
    return loads["core"].per_second / loads["straight"].per_second


def _table(title: str, what: str, found: dict[int, dict[str, Load]]) -> Table:
    rows = []
    for key, loads in found.items():
        figures = [number(figure) for each in loads.values() for figure in (each.per_second, each.p99_us / 1000)]
        rows.append([f"{key:,}", *figures, number(_ratio(loads))])
    return Table(title, [what, "straight, requests/s", "p99 ms", "core, requests/s", "p99 ms", "core ÷ straight"], rows)
