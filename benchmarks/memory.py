"""Whether a process that writes letters grows: `python -m benchmarks.memory`.

One process writes letters with all checks on; its resident memory after the last is set beside that
after the first hundred. Nothing is recycled meanwhile.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.interleaved import Goal, print_goals, print_machine
from benchmarks.queued import letter

_EARLY = 100


def main() -> None:
    """Write the letters and print the memory on the way."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory")
    parser.add_argument("--letters", type=int, default=10_000)
    arguments = parser.parse_args()
    print_machine(("lxml", "jinja2"))
    print("\n| letters | resident MiB |\n|---:|---:|")
    found = {}
    shown = {_EARLY, *range(1_000, arguments.letters + 1, 1_000), arguments.letters}
    for number in range(1, arguments.letters + 1):
        letter()
        if number in shown:
            found[number] = _resident()
            print(f"| {number:,} | {found[number]:.1f} |", flush=True)
    ratio = found[arguments.letters] / found[_EARLY]
    print_goals(
        [Goal(f"memory after {arguments.letters:,} letters / after {_EARLY}", "≤ 1.05", ratio)]
    )


def _resident() -> float:
    line = next(
        each for each in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in each
    )
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
