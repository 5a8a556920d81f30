"""One template a feature of docxtpl's tag language, and one a shape of Word files around it.

`ALLOWED` are templates that a paper may have; `REFUSED` use what the template check turns away, where
the renderer must still agree with docxtpl, since only the check stands between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docxtpl import Listing, RichText

from tests.render.corpus.wordml import (
    MARKS,
    cell,
    document,
    paragraph,
    paragraphs,
    row,
    run,
    table,
)

VALUES: dict[str, Any] = {
    "name": "Dana Example",
    "word": "sertraline",
    "hard": 'AT&T <5 mg> "quoted" it\'s &amp; &#65; ]]> </w:t>',
    "scripts": "שלום, العربية, 日本語, 😀, e\u0301, µg, 10²",
    "spaced": "  two before, two after  ",
    "empty": "",
    "number": 12.5,
    "yes": True,
    "no": False,
    "some": ["one", "two & three", "four"],
    "nothing": [],
    "many": ["a", "b", "c", "d", "e"],
    "rows": [
        {"name": "sertraline", "dose": "200 mg", "parts": ["x", "y"]},
        {"name": "bupropion <XL>", "dose": "", "parts": []},
    ],
    "group": {"title": "Of a group", "inner": {"deep": "deep"}},
}
BROKEN: Mapping[str, Any] = {
    "name": "Dana\nExample",
    "word": "a\tb",
    "hard": "<a>\n&\tb\n",
    "scripts": "日\n本",
    "spaced": " \n ",
    "some": ["one\ntwo", "\t", "three"],
    "rows": [{"name": "x\ny", "dose": "a\tb", "parts": ["p\nq"]}],
    "group": {"title": "Of\na group", "inner": {"deep": "de\tep"}},
}


@dataclass(frozen=True)
class Feature:
    """A Word template, named for what it shows."""

    name: str
    docx: bytes
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return self.name


def _loop(*inside: str, level: str = "p", over: str = "one in some") -> str:
    opened, ended = f"{{%{level} for {over} %}}", f"{{%{level} endfor %}}"
    return paragraph(opened) + "".join(inside) + paragraph(ended)


def _looped_rows(*rows: str, over: str = "each in rows", columns: int = 2) -> tuple[str, ...]:
    blank = [""] * (columns - 1)
    return (row(f"{{%tr for {over} %}}", *blank), *rows, row("{%tr endfor %}", *blank))


def _picture(number: int) -> str:
    return f'<w:r><w:drawing><wp:inline><wp:docPr id="{number}" name="Logo"/></wp:inline></w:drawing></w:r>'


def _text_box(inside: str) -> str:
    return f"<w:r><w:pict><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></w:pict></w:r>"


def _field(code: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return mark("begin") + instruction + mark("separate") + run("1") + mark("end")


_PRINTED = row("{{ each.name }}", "{{ each.dose }}")
_LITERAL = row("Medicine", "Dose")
_HEADING = row("Medicine", "Dose", heading=True)
_CELLS = [cell("{%tc for one in many %}"), cell("{{ one }}"), cell("{%tc endfor %}")]
_FEW_CELLS = [cell("{%tc for one in nothing %}"), cell("{{ one }}"), cell("{%tc endfor %}")]
_SPAN = '<w:gridSpan w:val="2"/>'

_BODIES = {
    "a value": paragraph("Dear {{ name }}, of {{ group.inner.deep }}."),
    "a value with what XML escapes": paragraph("{{ hard }} and {{ scripts }}"),
    "a number": paragraph("{{ number }}, {{ 3 }}"),
    "spaces at the ends of texts": paragraph(run(" {{ spaced }} ", keep=True), run("x ", keep=True)),
    "a tag over several runs": paragraph(run("Dear {"), run("{ na", "<w:b/>"), run("me }"), run("}.")),
    "a tag with spelling marks inside": paragraph(
        run("{{ "), '<w:proofErr w:type="spellStart"/>', run("name"), run(" }}")
    ),
    "session ids": '<w:p w:rsidR="00AA"><w:r w:rsidRPr="00BB"><w:t>{{ name }}</w:t></w:r></w:p>',
    "a value in bold": paragraph(run("{{ name }}", "<w:b/><w:color w:val='FF0000'/>"), "plain"),
    "quotation marks that Word made round": paragraph("{{ empty|default(“x”) }}{{ some|join(‘, ’) }}"),
    "filters": paragraph("{{ name|upper }} {{ some|join('; ') }} {{ some|length }} {{ empty|default('-') }}"),
    "signs of comparison": paragraph("{% if number &gt; 3 and number &lt; 20 %}{{ name }}{% endif %}"),
    "a condition inside a paragraph": paragraph("a{% if yes %} {{ name }}{% else %} not{% endif %} b"),
    "a loop inside a paragraph": paragraph("{% for one in some %}{{ loop.index }}. {{ one }}; {% endfor %}"),
    "a condition over runs": paragraph("a", run("{%r if yes %}"), run("{{ name }}"), run("{%r endif %}"), "b"),
    "a loop over runs": paragraph("a", run("{%r for one in some %}"), run("{{ one }}", "<w:i/>"), run("{%r endfor %}")),
    "a loop over paragraphs": _loop(paragraph("{{ loop.index }}: {{ one }}"), paragraph("{{ word }}")),
    "a loop over nothing": paragraphs("before") + _loop(paragraph("{{ one }}"), over="one in nothing") + paragraphs("after"),
    "a loop in a loop": _loop(_loop(paragraph("{{ each.name }} {{ one }}"), over="one in each.parts"), over="each in rows"),
    "conditions over paragraphs": paragraphs(
        "{%p if no %}", "no {{ name }}", "{%p elif yes %}", "yes {{ name }}", "{%p else %}", "else", "{%p endif %}"
    ),
    "a condition with a table": paragraph("{%p if yes %}") + table(_LITERAL) + paragraph("{%p endif %}"),
    "a remark": paragraph("a{# nobody reads this #}b") + paragraph("{#p nor this #}") + paragraph("{{ name }}"),
    "braces to be printed": paragraph("{_{ name }_} {_% for %_} {{ name }}"),
    "empty paragraphs and runs": paragraph() + "<w:p/>" + paragraph(run("")) + paragraph("{{ empty }}") + paragraph("{{ name }}"),
    "paragraphs with looks": paragraph("{{ name }}", looks='<w:pStyle w:val="Note"/><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs>'),
    "tabs and breaks of the template": paragraph("a", "<w:r><w:tab/></w:r>", run("{{ name }}"), '<w:r><w:br w:type="page"/></w:r>'),
    "a section that ends": paragraph("{{ empty }}", looks='<w:sectPr><w:headerReference w:type="default" r:id="rIdheader"/></w:sectPr>') + paragraph("{{ name }}"),
    "cells with a bare paragraph before an empty one": table(row(cell("<w:p/>" + paragraph("{{ empty }}")), cell("x" , "<w:p/>", "{{ empty }}"))),
    "bookmarks": paragraph('<w:bookmarkStart w:id="7" w:name="here"/>', "{{ name }}", '<w:bookmarkEnd w:id="7"/>'),
    "a field": paragraph("{{ name }} page ", _field("PAGE")),
    "a link": paragraph(f'<w:hyperlink w:anchor="here">{run("{{ name }}", "<w:u/>")}</w:hyperlink>', "{{ word }}"),
    "a text box": paragraph("{{ word }}", _text_box(paragraph("{{ name }}") + paragraph("x"))) + paragraph("{{ name }}"),
    "a content control": f"<w:sdt><w:sdtContent>{paragraphs('{{ name }}', '{{ empty }}')}</w:sdtContent></w:sdt>",
    "a picture in a loop": _loop(paragraph("{{ one }}", _picture(5))) + paragraph(_picture(5)),
    "a picture beside the text": paragraph(_picture(9), "{{ name }}"),
    "a table of rows": table(_LITERAL, *_looped_rows(_PRINTED)),
    "a table with a heading row": table(_HEADING, *_looped_rows(_PRINTED)),
    "a table whose loop is empty": table(_HEADING, *_looped_rows(_PRINTED, over="each in nothing")),
    "a table of looped rows alone": table(*_looped_rows(_PRINTED)),
    "a table that comes out without rows": table(*_looped_rows(_PRINTED, over="each in nothing")) + paragraphs("x"),
    "a row only sometimes": table(row("{%tr if no %}", ""), _LITERAL, row("{%tr else %}", ""), _PRINTED.replace("each.", "group."), row("{%tr endif %}", "")).replace("group.name", "name").replace("group.dose", "word"),
    "rows in rows": table(_LITERAL, *_looped_rows(*_looped_rows(row("{{ each.name }}", "{{ one }}"), over="one in each.parts"))),
    "paragraphs in a cell": table(row(cell("{%p for one in some %}", "{{ one }}", "{%p endfor %}", "end"), "{{ name }}")),
    "cells with nothing in them": table(row(cell("{{ empty }}", "{{ empty }}"), cell("", "x")), row(cell("{{ empty }}"), cell("x", "{{ empty }}"))),
    "cells over two columns": table(row(cell("{{ name }}", looks=_SPAN)), _LITERAL),
    "cells over two rows": table(row(cell("a", looks='<w:vMerge w:val="restart"/>'), "b"), row(cell("", looks="<w:vMerge/>"), "{{ name }}")),
    "a loop over cells": table(f"<w:tr>{''.join(_CELLS)}</w:tr>", columns=3),
    "a loop over no cells": table(f"<w:tr>{cell('first')}{''.join(_FEW_CELLS)}</w:tr>", columns=4),
    "rows shorter than the grid": table(row("a", "b"), row("{{ name }}"), columns=3),
    "rows longer than the grid": table(row("a", "b", "{{ name }}"), row("c"), columns=2),
    "a table in a cell": table(row(cell(table(_LITERAL, *_looped_rows(_PRINTED)), paragraph("after")), "{{ name }}")),
    "a table in a cell without rows": table(row(cell(table(*_looped_rows(_PRINTED, over="each in nothing")), paragraph("after")), "x")),
    "an indented file": "\n  " + "\n  ".join([paragraph("{{ name }}"), table(_LITERAL, *_looped_rows(_PRINTED)), _loop(paragraph("{{ one }}"))]) + "\n",
    "line ends in the template's own text": paragraph("first\nsecond {{ name }}\tthird"),
    "remarks of the XML": f"<!-- <w:p> -->{paragraph('{{ name }}')}<?editor </w:p>?>",
}  # fmt: skip

_PLACES = {
    "page headers": document(
        paragraph("{{ name }}"),
        header=paragraph(MARKS, "{{ name }}") + paragraph("{{ empty }}"),
        first=paragraph(MARKS) + paragraph("{{ word }} {{ hard }}"),
    ),
    "a page header with a table": document(
        paragraph("x"), header=table(row(MARKS, "{{ name }}")) + paragraph("{{ empty }}")
    ),
    "a page footer": document(
        paragraph("x"), footer=paragraph("{{ name }}\t", _field("PAGE"), looks="<w:jc w:val='end'/>")
    ),
    "footnotes": document(
        paragraph("{{ name }}", '<w:r><w:footnoteReference w:id="2"/></w:r>'),
        footnotes=f'<w:footnote w:id="2">{paragraph("{{ word }} & more".replace("&", "&amp;"))}</w:footnote>',
    ),
}  # fmt: skip

_REFUSED = {
    "the number of columns as a value": table(row(cell("{% colspan 2 %}{{ name }}")), _LITERAL),
    "a cell's colour as a value": table(row(cell("{% cellbg 'FF0000' %}{{ name }}"), "x")),
    "cells merged downwards in a loop": table(
        _LITERAL, *_looped_rows(row(cell("{% vm %}{{ word }}"), "{{ each.name }}"))
    ),
    "cells merged across in a loop": table(
        row(cell("{%tc for one in some %}"), cell("{% hm %}{{ word }}"), cell("{%tc endfor %}")),
        columns=3,
    ),
    "a dash that joins paragraphs": paragraphs(
        "before {%- if yes -%}", "{{ name }}", "{%- endif %} after", "x"
    ),
    "text with looks as a value": paragraph("a ", run("{{r rich }}"), " b"),
    "text of several lines as a value": paragraph("{{ listing }}"),
    "a value that is set": paragraph("{% set x = name %}{{ x }}") + paragraph("{{ name ~ word }}"),
}  # fmt: skip

RICH = RichText("bold & plain\nsecond\tline", bold=True, color="FF0000")
LISTING = Listing("one & two\nthree\tfour\fnext page\anew paragraph")


def _spoken(name: str, docx: bytes) -> list[Feature]:
    return [
        Feature(name, docx, VALUES),
        Feature(f"{name}, with line ends and tabs in values", docx, {**VALUES, **BROKEN}),
    ]


ALLOWED = [
    feature
    for name, docx in ({name: document(body) for name, body in _BODIES.items()} | _PLACES).items()
    for feature in _spoken(name, docx)
]
REFUSED = [feature for name, body in _REFUSED.items() for feature in _spoken(name, document(body))]
