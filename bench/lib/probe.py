"""Asks a port until it answers, often enough for a start to be measured to a millisecond."""

import socket
import time
from collections.abc import Callable

from .wrk import BODY

PAUSE = 0.001
ANSWER_TIMEOUT = 60


class NoAnswer(Exception):
    """A target never answered as it should."""


def first_response(port: int, path: str, alive: Callable[[], bool], timeout: float = 60, initialize: bool = False) -> float:
    """Waits for the first 200 with the echo in it; the time of it, by the monotonic clock."""
    end = time.monotonic() + timeout
    if initialize:  # as FC does, before the first invocation
        _await(port, "/initialize", b"", alive, end)
    return _await(port, path, b"Serverless", alive, end)


def _await(port: int, path: str, expected: bytes, alive: Callable[[], bool], end: float) -> float:
    answer, next_look = b"", time.monotonic() + 1
    while (now := time.monotonic()) < end:
        try:
            answer = ask(port, path)
        except OSError:  # not open yet; Docker's start and a worker's can also break a connection
            answer = b""
        if answer.startswith(b"HTTP/1.1 200") and expected in answer:
            return time.monotonic()
        if now > next_look:  # the check costs a process, which would disturb the start
            if not alive():
                break
            next_look = now + 1
        time.sleep(PAUSE)
    raise NoAnswer(f"{path} never answered as it should; the last thing heard was: {_readable(answer)}")


def _readable(answer: bytes) -> str:
    """Status and body: what a failure says of itself."""
    head, _, body = answer.decode(errors="replace").partition("\r\n\r\n")
    return f"{head.splitlines()[0]}, {body[:300].strip()}" if head else "nothing"


def ask(port: int, path: str) -> bytes:
    request = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {len(BODY)}\r\n"
        f"Connection: close\r\n\r\n{BODY}"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_TIMEOUT) as connection:
        connection.sendall(request.encode())
        answer = b""
        while chunk := connection.recv(4096):
            answer += chunk
        return answer


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]
