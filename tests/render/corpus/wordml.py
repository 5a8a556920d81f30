"""Word's XML in short, for templates of one feature each."""

from __future__ import annotations

import io
import zipfile
from functools import cache

from tests.render.papers import word_file

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
_SECTION = (
    "<w:sectPr>{headers}"
    '<w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440"'
    ' w:left="1440" w:header="720" w:footer="720" w:gutter="0"/>{first}</w:sectPr>'
)
MARKS = "{{ draft }}{{ sample }}"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def run(text: str, looks: str = "", *, keep: bool = False) -> str:
    properties = f"<w:rPr>{looks}</w:rPr>" if looks else ""
    space = ' xml:space="preserve"' if keep else ""
    return f"<w:r>{properties}<w:t{space}>{text}</w:t></w:r>"


def paragraph(*content: str, looks: str = "") -> str:
    """Return a paragraph of runs; what is not XML already becomes a run of its own."""
    properties = f"<w:pPr>{looks}</w:pPr>" if looks else ""
    runs = (each if each.startswith("<") else run(each, keep=True) for each in content)
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def paragraphs(*texts: str) -> str:
    return "".join(map(paragraph, texts))


def cell(*content: str, looks: str = "") -> str:
    inside = (each if each.startswith("<") else paragraph(each) for each in content)
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{looks}</w:tcPr>{"".join(inside)}</w:tc>'


def row(*cells: str, heading: bool = False) -> str:
    looks = "<w:trPr><w:tblHeader/></w:trPr>" if heading else ""
    inside = (each if each.startswith("<w:tc>") else cell(each) for each in cells)
    return f"<w:tr>{looks}{''.join(inside)}</w:tr>"


def table(*rows: str, columns: int = 2) -> str:
    grid = '<w:gridCol w:w="2000"/>' * columns
    looks = '<w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    return f"<w:tbl>{looks}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def document(
    body: str,
    header: str = paragraph(MARKS),
    footer: str = "",
    first: str = "",
    footnotes: str = "",
) -> bytes:
    """Return a Word file with this body; a `first` page header of its own if given."""
    parts = {"header": header, "footer": footer, "first": first}
    references = "".join(
        f'<w:{"footer" if name == "footer" else "header"}Reference w:type="{kind}" r:id="rId{name}"/>'
        for name, kind in (("header", "default"), ("first", "first"), ("footer", "default"))
        if parts[name]
    )
    section = _SECTION.format(headers=references, first="<w:titlePg/>" if first else "")
    made = {
        "word/document.xml": _root("document", f"<w:body>{body}{section}</w:body>"),
        **{f"word/{_part(name)}.xml": _root(_tag(name), xml) for name, xml in parts.items() if xml},
    }
    names = [name for name, xml in parts.items() if xml]
    if footnotes:
        made["word/footnotes.xml"] = _root("footnotes", footnotes)
        names.append("footnotes")
    relations = "".join(
        f'<Relationship Id="rId{name}" Type="{_RELATION}/{_type(name)}" Target="{_part(name)}.xml"/>'
        for name in (*names, "styles")
    )
    made["word/_rels/document.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{relations}</Relationships>"
    )
    overrides = "".join(
        f'<Override PartName="/word/{_part(name)}.xml" ContentType="{_CONTENT}.{_type(name)}+xml"/>'
        for name in (*names, "styles")
    )
    made["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_CONTENT}.document.main+xml"/>'
        f"{overrides}</Types>"
    )
    return _packed({**_frame(), **made})


def _root(tag: str, inside: str) -> str:
    return f"<w:{tag} {_NAMESPACES}>{inside}</w:{tag}>"


def _tag(name: str) -> str:
    return "ftr" if name == "footer" else "hdr"


def _part(name: str) -> str:
    return "header_first" if name == "first" else name


def _type(name: str) -> str:
    return "header" if name == "first" else name


@cache
def _frame() -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(word_file("[Note] x"))) as archive:
        return {
            name: archive.read(name).decode()
            for name in ("_rels/.rels", "docProps/core.xml", "word/styles.xml")
        }


def _packed(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()
