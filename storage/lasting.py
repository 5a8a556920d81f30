"""Files that are still there after the power is cut, and that their owner alone can read."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where nothing more fits."""


@contextmanager
def private_file(path: Path, *, lasting: bool = True) -> Iterator[IO[bytes]]:
    """Give a new file to write; at the end it rests on the disk, unless that is not asked for."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        if lasting:
            os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Let the names in a folder rest on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
