"""A small letter template, a context for it, and what a reader sees of the result."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document

from worker.outline import build_template, parse_outline
from worker.render import Rendered, Template, compile_template, render

ROOT = Path(__file__).parents[2]
FRAME = ROOT / "templates_docx" / "_frame.docx"

LETTER = """
[Date Line] {{ date }}
{% for line in recipient %}
[Address Line] {{ line }}
{% endfor %}
[table Reference Block 15 35 15 35] About this request
{% for pair in reference_block %}
[row] {{ pair.label1 }} | {{ pair.value1 }} | {{ pair.label2 }} | {{ pair.value2 }}
{% endfor %}
[end]
[Subject] {{ title }}
{% for p in say.ask %}
{{ p.text }}
{% endfor %}
{% if table.trials %}
[Heading 1] What has been tried
{% endif %}
[table Grid 50 25 25] Medicines tried
[header] Medicine | Dose | Result
{% for row in table.trials %}
[row] {{ row.medicine }} | {{ row.dose }} | {{ row.result }}{% if row.exhibit %} ({{ row.exhibit }}){% endif %}
{% endfor %}
[end]
**In short:** {{ note }}
[Signature Line] \\t  Date \\t
[Signature Name] {{ signature.name }}
[Note] End of the letter.
"""


def said(passage: str, text: str) -> dict[str, Any]:
    return {"id": passage, "text": text, "from": ["/patient"]}


def trial(medicine: str, **changes: str) -> dict[str, str]:
    return {
        "medicine": medicine,
        "dose": "200 mg",
        "result": "No response",
        "exhibit": "",
        **changes,
    }


def a_context(**changes: Any) -> dict[str, Any]:
    context = {
        "letterhead": {
            "name": "Example Mood Clinic",
            "address": "12 Sample Street, Anytown, MA 02000",
            "phone_fax": "Phone 555-010-0100 · Fax 555-010-0101",
        },
        "date": "October 5, 2026",
        "recipient": ["Example Health Plan", "Utilization Management"],
        "reference_block": [
            {"label1": "Patient", "value1": "Dana Example", "label2": "Group", "value2": "G-2222"}
        ],
        "title": "Request: six infusions of ketamine",
        "say": {"ask": [said("ask.whole", "I ask you to authorize six infusions.")]},
        "table": {"trials": [trial("sertraline", exhibit="Exhibit B"), trial("bupropion XL")]},
        "note": "one sentence.",
        "signature": {"name": "Robin Sample, MD"},
        "page_mark": "D.E. · EHP-000-1111",
        "sample": "",
        "missing": {},
    }
    return context | changes


@cache
def a_template(text: str = LETTER) -> Template:
    return compile_template(word_file(text))


@cache
def word_file(text: str = LETTER) -> bytes:
    return build_template(parse_outline(text), FRAME.read_bytes())


def a_paper(text: str = LETTER, **changes: Any) -> Rendered:
    return render(a_template(text), a_context(**changes))


def opened(docx: bytes) -> Any:
    return Document(io.BytesIO(docx))


def body_text(docx: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in opened(docx).paragraphs)


def cells(docx: bytes, table: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in opened(docx).tables[table].rows]


def header_text(docx: bytes, *, first: bool = True) -> str:
    section = opened(docx).sections[0]
    header = section.first_page_header if first else section.header
    return "\n".join(paragraph.text for paragraph in header.paragraphs)


def part(docx: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return archive.read(name).decode()


def part_names(docx: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return archive.namelist()


def with_part(docx: bytes, name: str, content: str) -> bytes:
    """Return the file with one part replaced or added, as an editor or an attacker would."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return stream.getvalue()


def with_body(docx: bytes, old: str, new: str) -> bytes:
    document = part(docx, "word/document.xml")
    assert old in document
    return with_part(docx, "word/document.xml", document.replace(old, new))
