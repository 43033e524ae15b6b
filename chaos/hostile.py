"""Callers that no client library is: slow, greedy, silent, or speaking HTTP wrongly."""

import contextlib
import socket
import struct
import time
from collections.abc import Callable, Iterator

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADERS, RST_STREAM, SETTINGS, CONTINUATION = 1, 3, 4, 9
END_STREAM, END_HEADERS = 1, 4


def connect(port: int, receive_buffer: int = 0) -> socket.socket:
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(5)
    connection.connect(("127.0.0.1", port))
    return connection


def reset_when_closed(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextlib.contextmanager
def many(count: int, open_one: Callable[[], socket.socket]) -> Iterator[list[socket.socket]]:
    """As many as the core takes: one that is refused or reset is one that it does not."""
    connections = []
    try:
        for _ in range(count):
            with contextlib.suppress(OSError):
                connections.append(open_one())
        yield connections
    finally:
        for each in connections:
            each.close()


def sending(port: int, data: bytes, receive_buffer: int = 0) -> Callable[[], socket.socket]:
    def open_one() -> socket.socket:
        connection = connect(port, receive_buffer)
        with contextlib.suppress(OSError):
            connection.sendall(data)
        return connection
    return open_one


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: chaos", *headers, "", ""]).encode()


def post(path: str, body: bytes, *headers: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: chaos", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def head(path: str) -> bytes:
    """GET http://a/path in HPACK, without its dynamic table."""
    return b"\x82\x86\x41\x01a\x04" + bytes([len(path)]) + path.encode()


def http2(*frames: bytes, window: int | None = None) -> bytes:
    settings = b"" if window is None else struct.pack(">HI", 4, window)
    return PREFACE + frame(SETTINGS, 0, 0, settings) + b"".join(frames)


def streams(count: int, path: str, flags: int = END_HEADERS | END_STREAM) -> list[bytes]:
    return [frame(HEADERS, flags, 1 + 2 * i, head(path)) for i in range(count)]


def slowly(connections: list[socket.socket], data: bytes, seconds: float) -> None:
    """Sends a byte over each, again and again."""
    end = time.monotonic() + seconds
    for at in range(len(data)):
        for each in connections:
            with contextlib.suppress(OSError):
                each.send(data[at:at + 1])
        if time.monotonic() > end:
            return
        time.sleep(0.2)


SMUGGLED = [
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\nContent-Length: 30\r\n\r\n0\r\n\r\nGET /two HTTP/1.1\r\nX: y\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\x0bchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\nhelloGET /two HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;\nx\r\nhello\r\n0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\nhello\r\n0\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /echo HTTP/1.1\r\n Host: a\r\nHost: b\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET /echo\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n",
]
