"""What /proc knows of a process and of those it started."""

import os
from dataclasses import dataclass
from pathlib import Path

FIELDS = {"VmRSS": "resident", "RssAnon": "private", "RssFile": "files", "RssShmem": "shared", "VmHWM": "peak"}


@dataclass(frozen=True)
class Memory:
    """Kilobytes (of 1024 bytes) resident: private memory, pages of files, shared memory."""

    resident: int
    private: int
    files: int
    shared: int
    peak: int

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(*(getattr(self, f) + getattr(other, f) for f in FIELDS.values()))

    @property
    def megabytes(self) -> float:
        return self.resident * 1024 / 1e6


def memory(pid: int) -> Memory:
    lines = (line.split(":") for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    found = {FIELDS[name]: int(rest[0].split()[0]) for name, *rest in lines if name in FIELDS}
    return Memory(**found)


def tree_memory(pid: int) -> Memory:
    return sum((memory(each) for each in tree(pid)), Memory(0, 0, 0, 0, 0))


def started(pid: int) -> float:
    """When a process was started, in seconds by the clock that counts from boot; the kernel has hundredths."""
    ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return ticks / os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and all that stand below it."""
    children: dict[int, list[int]] = {}
    for each in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = Path(f"/proc/{each}/stat").read_text()
        except OSError:  # it has just ended
            continue
        children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(each))
    found = [pid]
    for each in found:
        found.extend(children.get(each, []))
    return found


def find(pid: int, name: str) -> int:
    """The process started as `name` (java, node) in the tree of `pid`; what it calls itself later may differ."""
    for each in tree(pid):
        command = Path(f"/proc/{each}/cmdline").read_text().partition("\0")[0]
        if command.rpartition("/")[2] == name:
            return each
    raise LookupError(f"there is no {name} below process {pid}")
