"""Callers that count: each request has a token of its own, and its response has to be that token or a failure of the core."""

import asyncio
import itertools
import random
import threading
from collections import Counter
from dataclasses import dataclass, field

PATIENCE = 60
TOKENS = itertools.count()


@dataclass
class Counts:
    sent: int = 0
    answered: int = 0
    failed: Counter = field(default_factory=Counter)  # by the failure's code
    broken_off: int = 0  # after the head of the response
    refused: int = 0  # nobody accepted the connection, after the first response
    unanswered: int = 0
    wrong: int = 0
    reasons: Counter = field(default_factory=Counter)  # of what is not as it should be


class Load:
    """Sends requests over a number of connections until the end of a `with` block."""

    def __init__(self, port: int, connections: int, path: str = "/echo", pause: float = 0.0, retry: float = 0.05):
        self.counts = Counts()
        self.ports = [port]  # a new connection goes to any of them
        self._connections, self._path, self._pause, self._retry = connections, path, pause, retry
        self._over = False
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()))

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over = True
        self._thread.join()

    async def _all(self) -> None:
        await asyncio.gather(*(self._caller() for _ in range(self._connections)))

    async def _caller(self) -> None:
        writer = None
        while not self._over:
            if writer is None:
                try:
                    reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", random.choice(self.ports)), PATIENCE)
                except OSError:
                    self.counts.refused += bool(self.counts.answered)
                    await asyncio.sleep(self._retry)
                    continue
            if not await self._exchange(reader, writer):
                writer.close()
                writer = None
            await asyncio.sleep(self._pause)
        if writer is not None:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether the connection can be used again."""
        token = f"token-{next(TOKENS)}".encode()
        self.counts.sent += 1
        head = b""
        try:
            writer.write(b"POST %s HTTP/1.1\r\nHost: chaos\r\nContent-Length: %d\r\n\r\n%s" % (self._path.encode(), len(token), token))
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                status, headers = _parse(head)
                body = await _body(reader, headers)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as broken:
            if head:
                self.counts.broken_off += 1
            else:
                self.counts.unanswered += 1
                self.counts.reasons[f"{type(broken).__name__} {broken}"] += 1
            return False
        self._judge(status, headers, body, token)
        return headers.get("connection", "").lower() != "close"

    def _judge(self, status: int, headers: dict[str, str], body: bytes, token: bytes) -> None:
        failure = headers.get("x-polyfn-failure")
        if failure:
            self.counts.failed[failure] += 1
        elif status == 200 and body == token:
            self.counts.answered += 1
        else:
            self.counts.wrong += 1
            self.counts.reasons[f"{status} {body[:60]!r}"] += 1


def _parse(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin1").split("\r\n")
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return body
