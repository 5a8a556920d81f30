"""Fill a compiled template with one paper's context."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
from docxtpl import DocxTemplate
from lxml import etree

from worker.render.charts import with_charts
from worker.render.faults import RenderFailed
from worker.render.finish import Finish, finish_part
from worker.render.package import write_parts
from worker.render.properties import app_properties, core_properties, letter_day, with_comments
from worker.render.sandbox import UnprintableValue
from worker.render.template import BODY, Template
from worker.render.tokens import (
    CARRIERS,
    CHART,
    MISSING,
    TOKEN,
    Ledger,
    UnwritableText,
    plain_text,
    with_tokens,
)
from worker.render.wordml import Element, parse_xml, qn, serialize

DRAFT = "DRAFT"


@dataclass(frozen=True)
class Rendered:
    """A filled paper; `missing` are the pointers of its blanks as printed, each once."""

    docx: bytes
    missing: tuple[str, ...]
    draft: bool


@dataclass(frozen=True)
class FilledText:
    """The parts' XML after the template language, before tokens are resolved."""

    xml: Mapping[str, str]
    ledger: Ledger
    draft: bool


def render(template: Template, context: Mapping[str, Any]) -> Rendered:
    """Return the paper: the same template and context give the same bytes.

    Raises:
        RenderFailed: where a tag names what the context lacks or cannot print, or a value cannot
            stand in a Word file. The text names the tag, never a value.
    """
    filled = fill(template, context)
    finish = Finish(filled.ledger, template.styles)
    parts = dict(template.parts)
    for name in sorted(filled.xml, key=lambda part: (part != BODY, part)):
        if name != BODY and _holds(filled.xml[name], CHART):
            raise RenderFailed(f"A chart stands in {name}; it may stand in the body only.")
        root = _tree(filled.xml[name])
        finish_part(root, finish, commented=name == BODY)
        parts[name] = serialize(root)
    day = letter_day(context)
    parts["docProps/core.xml"] = core_properties(
        _plain(context.get("title"), filled.ledger),
        _plain((context.get("letterhead") or {}).get("name"), filled.ledger),
        day,
        str(context.get("language") or "en-US"),
    )
    parts["docProps/app.xml"] = app_properties()
    if finish.comments:
        parts = with_comments(parts, finish.comments, filled.ledger.labels, day, template.styles)
    parts = with_charts(parts, finish.charts)
    docx = write_parts(parts, compressed=True)
    return Rendered(docx, tuple(finish.printed), bool(finish.printed))


def fill(template: Template, context: Mapping[str, Any]) -> FilledText:
    """Run the template language over the context; see `render` for what it raises."""
    ledger = Ledger(dict(context.get("missing") or {}))
    values = _values(context, ledger)
    xml = _filled(template, values)
    draft = any(_holds(each, MISSING) for each in xml.values())
    if draft:
        xml = _filled(template, {**values, "draft": DRAFT})
    return FilledText(xml, ledger, draft)


def _values(context: Mapping[str, Any], ledger: Ledger) -> dict[str, Any]:
    told = {name: value for name, value in context.items() if name != "missing"}
    try:
        return {"sample": "", **with_tokens(told, ledger), "draft": ""}
    except UnwritableText as fault:
        raise RenderFailed("A value holds a character that no Word file can hold.") from fault
    except TypeError as fault:
        raise RenderFailed(str(fault)) from fault


def _filled(template: Template, values: Mapping[str, Any]) -> dict[str, str]:
    return {name: _fill_part(name, part, values) for name, part in template.filled.items()}


def _fill_part(name: str, part: jinja2.Template, values: Mapping[str, Any]) -> str:
    try:
        return re.sub(r"\n<w:p([ >])", r"<w:p\1", part.render(values))
    except UnprintableValue as fault:
        raise RenderFailed(
            f"A tag in {name} prints a list, a group, a truth or nothing."
        ) from fault
    except (TypeError, ValueError) as fault:
        raise RenderFailed(f"A tag in {name} repeats or compares what it cannot.") from fault
    except jinja2.TemplateError as fault:
        raise RenderFailed(f"A tag in {name} cannot be filled: {fault.message}.") from fault


def _holds(xml: str, mark: str) -> bool:
    return any(found[1] == mark for found in TOKEN.finditer(xml))


def _tree(xml: str) -> Element:
    try:
        root = parse_xml(xml.encode())
    except etree.XMLSyntaxError as fault:
        raise RenderFailed(
            "The filled text is not well-formed: a loop cuts a row in two."
        ) from fault
    if _grid_is_off(root):
        root = DocxTemplate(None).fix_tables(etree.tostring(root, encoding="unicode"))
    if any(CARRIERS.search(TOKEN.sub("", text)) for text in _texts(root)):
        raise RenderFailed("A filter cut a marked value in two.")
    return root


def _texts(root: Element) -> list[str]:
    return [each.text for each in root.iter(qn("w:t")) if each.text]


def _grid_is_off(root: Element) -> bool:
    """Say whether a loop over cells changed how many columns a table has."""
    return any(
        len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))
        < max((_columns(row) for row in table.findall(qn("w:tr"))), default=0)
        for table in root.iter(qn("w:tbl"))
    )


def _columns(row: Element) -> int:
    spans = [cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}") for cell in row.findall(qn("w:tc"))]
    return sum(1 if span is None else int(span.get(qn("w:val"))) for span in spans)


def _plain(value: object, ledger: Ledger) -> str:
    """Return a value of the context on one line, blanks as "[label]"."""
    if not isinstance(value, str):
        return ""
    shown = plain_text(str(with_tokens(value, ledger)), ledger)
    return " ".join(shown.split())
