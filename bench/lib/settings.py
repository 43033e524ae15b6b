"""How long and how often: a whole run, or a quick one for use while working."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    quick: bool
    rounds: int  # of turns; figures are medians over them
    seconds: int  # of load for each figure; wrk counts in whole ones
    warm_up: int  # of load before the first figure
    starts: int  # of each target
    memory_seconds: int  # of load before memory is read
    connections: tuple[int, ...]  # of the scale scenario
    body_sizes: tuple[int, ...]
    idle_connections: int


KIB, MIB = 1024, 1024 * 1024

FULL = Settings(
    quick=False,
    rounds=5,
    seconds=3,
    warm_up=10,
    starts=11,
    memory_seconds=60,
    connections=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000),
    body_sizes=(0, 128, KIB, 16 * KIB, 128 * KIB, MIB, 8 * MIB, 32 * MIB),
    idle_connections=10_000,
)

QUICK = Settings(
    quick=True,
    rounds=2,
    seconds=2,
    warm_up=4,
    starts=3,
    memory_seconds=5,
    connections=(1, 32, 1000),
    body_sizes=(0, KIB, MIB, 8 * MIB),
    idle_connections=1000,
)
