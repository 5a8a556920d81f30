"""The archive is what `zipfile` reads and writes, in less time and without a clock."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from tests.render.papers import FRAME, ROOT
from worker.render.archive import packed, write_archive
from worker.render.package import read_parts, write_parts

NAMES = st.text("abcé/._[]", min_size=1, max_size=20)


@given(st.dictionaries(NAMES, st.tuples(st.binary(max_size=300), st.integers(0, 9)), max_size=6))
def test_any_archive_reads_back_whole(members: dict[str, tuple[bytes, int]]) -> None:
    written = write_archive([packed(name, *member) for name, member in members.items()])
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: content for name, (content, _) in members.items()
        }


def test_it_is_byte_for_byte_what_zipfile_would_write() -> None:
    parts = read_parts(FRAME.read_bytes())
    written = write_parts(parts, compressed=True)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as mine, zipfile.ZipFile(stream, "w") as theirs:
        for name in mine.namelist():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.compress_type = 0, zipfile.ZIP_DEFLATED
            theirs.writestr(entry, parts[name])
    assert written == stream.getvalue()


def test_templates_keep_their_bytes() -> None:
    for path in (ROOT / "templates_docx").rglob("template.docx"):
        docx = path.read_bytes()
        assert write_parts(read_parts(docx), compressed=False) == docx
