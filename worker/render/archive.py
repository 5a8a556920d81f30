"""A ZIP archive written in one pass from members that may have been deflated long before.

`zipfile` spends most of a letter's time on members that never change; here such a member is a run of
bytes to copy. Dates are fixed, so the same members give the same bytes (APPNOTE.TXT 6.3.10, 4.3).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

_LOCAL = Struct("<4s5H3I2H")
_CENTRAL = Struct("<4s6H3I5H2I")
_END = Struct("<4s4H2IH")
_VERSION = 20  # 2.0: folders and deflate
_STORED, _DEFLATED = 0, 8
_UTF8_NAME = 1 << 11
_MIDNIGHT, _JANUARY_FIRST_1980 = 0, 1 << 5 | 1
_OWNER_ONLY = 0o600 << 16  # the mode zipfile gives, in the upper half as Unix keeps it
_RAW = -15  # window bits of a deflate stream without zlib's own header


@dataclass(frozen=True, slots=True)
class Member:
    """A packed member: its local header with name and data, and what the directory says of it."""

    local: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    name: bytes

    def entry(self, offset: int) -> bytes:
        """Return the member's entry in the directory, for a member that begins at the offset."""
        head = _CENTRAL.pack(
            b"PK\x01\x02", _VERSION, _VERSION, self.flags, self.method, _MIDNIGHT,
            _JANUARY_FIRST_1980, self.crc, self.packed_size, self.size, len(self.name),
            0, 0, 0, 0, _OWNER_ONLY, offset,
        )  # fmt: skip
        return head + self.name


def packed(name: str, content: bytes, level: int) -> Member:
    """Return a member deflated at a level of zlib from 1 to 9, or stored as it is (0)."""
    data = zlib.compress(content, level, _RAW) if level else content
    method = _DEFLATED if level else _STORED
    encoded = name.encode()
    flags = 0 if name.isascii() else _UTF8_NAME
    crc = zlib.crc32(content)
    head = _LOCAL.pack(
        b"PK\x03\x04", _VERSION, flags, method, _MIDNIGHT, _JANUARY_FIRST_1980,
        crc, len(data), len(content), len(encoded), 0,
    )  # fmt: skip
    return Member(head + encoded + data, flags, method, crc, len(data), len(content), encoded)


def write_archive(members: Sequence[Member]) -> bytes:
    """Return the archive of these members, in their order."""
    entries = []
    offset = 0
    for member in members:
        entries.append(member.entry(offset))
        offset += len(member.local)
    directory = b"".join(entries)
    count = len(members)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
    return b"".join([*(member.local for member in members), directory, end])
