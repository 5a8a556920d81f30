"""Contenders in one run, round by round, so that a busy machine slows them all alike."""

from __future__ import annotations

import gc
import os
import platform
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

WARM_UP = 3  # rounds
IN_A_ROW = (
    5  # documents of one contender: the first one finds the processor's caches full of others'
)


@dataclass(frozen=True)
class Contender:
    """What is timed; `once` does the work and returns the milliseconds it computed."""

    name: str
    once: Callable[[], float]


@dataclass(frozen=True)
class Timed:
    """A contender's times, round by round."""

    name: str
    times: tuple[float, ...]

    @property
    def median(self) -> float:
        """The time of the round in the middle, in milliseconds."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """The time that all but one round in twenty stay under, in milliseconds."""
        return quantiles(self.times, n=20)[-1]

    def over(self, other: Timed) -> float:
        """Return how many times as long this one takes as the other: the median of the rounds."""
        return median(own / its for own, its in zip(self.times, other.times, strict=True))


@dataclass(frozen=True)
class Goal:
    """A ratio to reach, and what came out."""

    text: str
    wanted: str
    ratio: float


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """Return the work as a contender does it, in this process.

    Computing time is counted, not the clock on the wall: on a machine that others use, the clock says
    how long one waited for them.
    """

    def once() -> float:
        gc.collect()  # what another contender left lying about is not this one's time
        before = time.process_time()
        for _ in range(IN_A_ROW):
            work()
        return (time.process_time() - before) * 1e3 / IN_A_ROW

    return once


def compared(
    contenders: Sequence[Contender], rounds: int, warm_up: int = WARM_UP
) -> dict[str, Timed]:
    """Run all of them in each round, in an order drawn anew."""
    gc.freeze()  # the knowledge need not be looked through in every round
    times: dict[str, list[float]] = {each.name: [] for each in contenders}
    order = list(contenders)
    draw = random.Random(1)
    for number in range(warm_up + rounds):
        draw.shuffle(order)
        for each in order:
            took = each.once()
            if number >= warm_up:
                times[each.name].append(took)
    return {name: Timed(name, tuple(found)) for name, found in times.items()}


class Child:
    """A peer in a process of its own: a line in, one document, the milliseconds it took out."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
        )

    def once(self) -> float:
        """Have one document made."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told = self._process.stdout.readline()
        if not told:
            raise ChildProcessError("a peer ended before its work")
        return float(told)

    def end(self) -> None:
        """Let it go."""
        self._process.communicate()


def print_table(title: str, results: Sequence[Timed], ours: Timed) -> None:
    """Print medians, p95 and how many times as long as ours each takes."""
    print(f"\n### {title}\n\n| what | median ms | p95 ms | times ours |\n|---|---:|---:|---:|")
    for each in results:
        print(f"| {each.name} | {each.median:.2f} | {each.p95:.2f} | {each.over(ours):.1f} |")


def print_goals(goals: Sequence[Goal]) -> None:
    """Print each ratio beside its goal."""
    print("\n### Goals\n\n| ratio of medians by round | goal | here |\n|---|---:|---:|")
    for each in goals:
        print(f"| {each.text} | {each.wanted} | {each.ratio:.1f} |")


def print_machine(packages: Sequence[str]) -> None:
    """Print what the figures hang on."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, load"
        f" {os.getloadavg()[0]:.1f}; Python {platform.python_version()}, {versions};"
        f" {time.strftime('%Y-%m-%d')}"
    )
