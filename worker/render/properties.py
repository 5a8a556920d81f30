"""Parts a paper gets beside its text: its properties, and its comments where facts are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

from worker.render.wordml import Element, make, qn, serialize, text_element

COMMENTS_PART = "word/comments.xml"
CORE_PART, APP_PART = "docProps/core.xml", "docProps/app.xml"
DOCUMENT_RELATIONS = "word/_rels/document.xml.rels"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_AUTHOR, _INITIALS = "Necessity", "N"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_COMMENTS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_CORE = (
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def core_properties(title: str, author: str, day: date | None, language: str) -> bytes:
    """Return `docProps/core.xml`: the paper's title, the practice, the letter's date."""
    rows = [f"<dc:title>{escape(title)}</dc:title>", f"<dc:creator>{escape(author)}</dc:creator>"]
    rows.append(f"<cp:lastModifiedBy>{escape(author)}</cp:lastModifiedBy>")
    if day:
        rows += [
            f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{day.isoformat()}T00:00:00Z</dcterms:{name}>'
            for name in ("created", "modified")
        ]
    rows.append(f"<dc:language>{escape(language)}</dc:language>")
    return f"{DECLARATION}<cp:coreProperties {_CORE}>{''.join(rows)}</cp:coreProperties>".encode()


def app_properties() -> bytes:
    """Return `docProps/app.xml`, which names the program and nothing of the template's maker."""
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    text = f'<Properties xmlns="{namespace}"><Application>{_AUTHOR}</Application></Properties>'
    return f"{DECLARATION}{text}".encode()


def letter_day(context: Mapping[str, object]) -> date | None:
    """Return the letter's day from `date_iso`, or from `date` written "October 5, 2026"."""
    for name, form in (("date_iso", "%Y-%m-%d"), ("date", "%B %d, %Y")):
        value = context.get(name)
        if isinstance(value, str):
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    return None


def with_comments(
    parts: Mapping[str, bytes],
    pointers: Sequence[str],
    labels: Mapping[str, str],
    day: date | None,
    styles: frozenset[str],
) -> dict[str, bytes]:
    """Return the parts with one comment for each blank, and what Word needs to find them."""
    root = make("w:comments")
    for number, pointer in enumerate(pointers):
        root.append(_comment(number, pointer, labels[pointer], day, styles))
    override = f'<Override PartName="/{COMMENTS_PART}" ContentType="{COMMENTS_TYPE}"/>'
    relation = f'<Relationship Id="rIdComments" Type="{_COMMENTS_RELATION}" Target="comments.xml"/>'
    return {
        **parts,
        COMMENTS_PART: serialize(root),
        "[Content_Types].xml": inserted(parts["[Content_Types].xml"], override),
        DOCUMENT_RELATIONS: inserted(parts[DOCUMENT_RELATIONS], relation),
    }


def inserted(xml: bytes, element: str) -> bytes:
    """Return a part with one more child at the end of its root."""
    head, close, tail = xml.rpartition(b"</")
    return head + element.encode() + close + tail


def _comment(
    number: int, pointer: str, label: str, day: date | None, styles: frozenset[str]
) -> Element:
    text = f"To be filled in: {label}. The case does not hold it ({pointer}). Type it over the bracket."
    if number == 0:
        text += " When no bracket is left, delete the word DRAFT in the page headers."
    attributes = {"w:id": str(number), "w:author": _AUTHOR, "w:initials": _INITIALS}
    if day:
        attributes["w:date"] = f"{day.isoformat()}T00:00:00Z"
    style = "AnnotationText"
    looks = [make("w:pPr", None, make("w:pStyle", {"w:val": style}))] if style in styles else []
    body = make("w:r", None, text_element(text))
    paragraph = make("w:p", None, *looks, make("w:r", None, make("w:annotationRef")), body)
    comment = make("w:comment", None, paragraph)
    for key, value in attributes.items():
        comment.set(qn(key), value)
    return comment
