"""A Word file as its parts: read with limits, written with the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from worker.render.archive import Member, packed, write_archive

MOST_ENTRIES = 500
MOST_INFLATED = 50 * 1024 * 1024  # bytes, of all parts together
MOST_PACKED = 5 * 1024 * 1024  # bytes, of the file
MOST_PART = 20 * 1024 * 1024  # bytes, of one part: a tree takes many times its text's memory
_FIRST = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")
LEVEL = 6  # of deflate: 9 costs twice the time for the thousandth part of the size
_CHUNK = 1 << 16
# Each encoding that an XML parser detects by itself.
_DOCTYPES = tuple(
    "<!DOCTYPE".encode(code)
    for code in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
)


class NotAPackage(Exception):
    """The bytes are not a Word file that may be opened; the text says why, for a person."""


def read_parts(docx: bytes) -> dict[str, bytes]:
    """Return every part by its name, in the file's order.

    The limits count really inflated bytes, since a zip header may lie.

    Raises:
        NotAPackage: not a zip, too large, encrypted, a name twice or one that leaves the package,
            or a part with a DOCTYPE.
    """
    if len(docx) > MOST_PACKED:
        raise NotAPackage(
            "The file is larger than 5 MB. Pictures make it so: choose Compress Pictures in Word."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as fault:
        raise NotAPackage("The file is not a readable .docx (zip) file.") from fault


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_ENTRIES:
        raise NotAPackage(f"The file holds more than {MOST_ENTRIES} parts.")
    parts: dict[str, bytes] = {}
    left = MOST_INFLATED
    for entry in entries:
        _check_name(entry, parts)
        parts[entry.filename] = _inflate(archive, entry, min(left, MOST_PART))
        left -= len(parts[entry.filename])
    return parts


def _check_name(entry: zipfile.ZipInfo, seen: Mapping[str, bytes]) -> None:
    name = entry.filename
    if name in seen:
        raise NotAPackage("The file holds the same part twice.")
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise NotAPackage("A part's name points outside the file.")
    if entry.flag_bits & 1:
        raise NotAPackage("The file is encrypted; save it without a password.")


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    read = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            read += chunk
            if len(read) > limit:
                raise NotAPackage(
                    "The file unpacks to more than 20 MB in one part, or 50 MB in all."
                )
    if any(declaration in read for declaration in _DOCTYPES) and not _is_picture(entry.filename):
        raise NotAPackage("A part declares a document type, which no Word file needs.")
    return bytes(read)


def _is_picture(name: str) -> bool:
    return name.startswith(("word/media/", "word/fonts/"))


def write_parts(parts: Mapping[str, bytes], *, compressed: bool) -> bytes:
    """Return a .docx of these parts: the same parts give the same bytes.

    Templates are stored uncompressed, so that their bytes do not depend on the zlib at hand.
    """
    level = LEVEL if compressed else 0
    return write_members({name: packed(name, part, level) for name, part in parts.items()})


def write_members(members: Mapping[str, Member]) -> bytes:
    """Return a .docx of packed parts, in the order in which Word writes the first ones."""
    first = [name for name in _FIRST if name in members]
    rest = sorted(name for name in members if name not in _FIRST)
    return write_archive([members[name] for name in (*first, *rest)])
