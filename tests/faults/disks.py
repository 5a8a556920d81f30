"""File systems of a test's own: one that fills up, one whose power is cut."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs import refuse_or_skip

_IMAGE_BYTES = 256 * 1024 * 1024


@contextmanager
def small_disk(at: Path, kilobytes: int) -> Iterator[Path]:
    """Give a folder that has room for so much and no more."""
    at.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={kilobytes}k,mode=700", "necessity-test", str(at))
    try:
        yield at
    finally:
        _unmount(at)


class Disk:
    """An ext4 file system in a file. What reached the file is what a power cut leaves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._image = folder / "disk"
        self.root = folder / "mounted"

    def make(self) -> None:
        """Make it and put it in place."""
        with self._image.open("wb") as image:
            image.truncate(_IMAGE_BYTES)
        subprocess.run(["mkfs.ext4", "-q", self._image], check=True)
        self._put(self._image, self.root)

    def copy(self) -> Path:
        """Return a copy of what has reached the file, to be brought up with `after_the_cut`."""
        copied = self._folder / "copy"
        shutil.copyfile(self._image, copied)
        return copied

    def after_the_cut(self, copied: Path) -> None:
        """Put the copy where the file system was, its journal replayed as after a power cut."""
        _unmount(self.root)
        self._put(copied, self.root)

    def remove(self) -> None:
        """Take the file system away."""
        _unmount(self.root)

    def _put(self, image: Path, at: Path) -> None:
        at.mkdir(exist_ok=True)
        _mount("-o", "loop", str(image), str(at))


@contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """Give a file system of its own, in place."""
    if shutil.which("mkfs.ext4") is None:
        refuse_or_skip("needs mkfs.ext4; on Debian and Ubuntu: sudo apt-get install e2fsprogs")
    made = Disk(folder)
    made.make()
    try:
        yield made
    finally:
        made.remove()


def _mount(*words: str) -> None:
    if os.getuid() != 0:
        refuse_or_skip("mounts a file system of its own; run the tests as root")
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("mounts a file system of its own, which this machine does not allow")


def _unmount(at: Path) -> None:
    # What still runs there keeps its files; nobody else finds them.
    subprocess.run(["umount", "--lazy", at], check=False, capture_output=True)
