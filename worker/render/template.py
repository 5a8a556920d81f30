"""A Word template made ready: checked, cleaned and compiled once, filled many times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

import jinja2
from jinja2 import meta, nodes
from lxml import etree

from worker.render.archive import Member, packed
from worker.render.faults import ERROR, BrokenTemplate, TemplateFault
from worker.render.hygiene import (
    active_content,
    clean_parts,
    text_of_paragraph,
    without_noise,
)
from worker.render.package import NotAPackage, read_parts
from worker.render.part import (
    ENVIRONMENT,
    CompiledPart,
    compile_part,
    docxtpl_source,
    with_kept_spaces,
)
from worker.render.properties import APP_PART, app_properties
from worker.render.sandbox import forbidden_nodes
from worker.render.tags import tag_faults
from worker.render.wordml import Element, parse_xml, qn, serialize

BODY = "word/document.xml"
_FILLED = re.compile(r"word/(document|(header|footer)[A-Za-z0-9_]*|footnotes|endnotes)\.xml")
_STYLED = ("w:pStyle", "w:rStyle", "w:tblStyle")
_ONCE = 9  # the level of deflate for what is deflated once and copied into every paper


@dataclass(frozen=True)
class Template:
    """A compiled template.

    `filled` are the parts with tags, the body first; `sources` what they were compiled of; `members`
    the parts without, packed.
    """

    sha256: str
    parts: Mapping[str, bytes]
    members: Mapping[str, Member]
    filled: Mapping[str, CompiledPart]
    names: Mapping[str, frozenset[str]]  # see `CompiledPart`
    sources: Mapping[str, str]
    styles: frozenset[str]  # style ids
    headers: frozenset[str]  # the header parts that pages show
    warnings: tuple[TemplateFault, ...]


def compile_template(docx: bytes) -> Template:
    """Check, clean and compile a template.

    Raises:
        BrokenTemplate: with every fault found, each saying where it is and what would be right.
    """
    parts = _opened(docx)
    styles = _style_ids(parts)
    kept, faults = clean_parts(parts)
    sources: dict[str, str] = {}
    roots: dict[str, Element] = {}
    for name in sorted(kept, key=lambda part: (part != BODY, part)):
        if _FILLED.fullmatch(name):
            root = parse_xml(kept[name])
            faults += [*active_content(root, name), *tag_faults(root, name)]
            faults += _unknown_styles(root, styles, name)
            without_noise(root)
            roots[name] = root
            sources[name] = docxtpl_source(root)
            kept[name] = serialize(root)
    compiled, syntax = _compiled(
        roots, sources, [fault for fault in faults if fault.severity == ERROR]
    )
    faults += syntax
    headers = _shown_headers(kept)
    faults += _unmarked_headers(sources, headers) if not syntax else []
    if any(fault.severity == ERROR for fault in faults):
        raise BrokenTemplate(faults, sources)
    kept[APP_PART] = app_properties()
    return Template(
        sha256=sha256(docx).hexdigest(),
        parts=kept,
        members={name: packed(name, kept[name], _ONCE) for name in kept if name not in compiled},
        filled=compiled,
        names=_names(compiled.values()),
        sources=sources,
        styles=styles,
        headers=headers,
        warnings=tuple(faults),
    )


def _names(parts: Iterable[CompiledPart]) -> dict[str, frozenset[str]]:
    """Return the names that the parts use together, but those that the renderer keeps for itself."""
    joined: dict[str, frozenset[str]] = {}
    for part in parts:
        for name, group in part.names.items():
            known = joined.get(name, group)
            joined[name] = known | group if known and group else frozenset()
    return {name: group for name, group in joined.items() if name != "missing"}


def _opened(docx: bytes) -> dict[str, bytes]:
    try:
        parts = read_parts(docx)
        for name, part in parts.items():
            if name.endswith((".xml", ".rels")):
                parse_xml(part)
    except NotAPackage as fault:
        raise BrokenTemplate([TemplateFault("not_a_word_file", str(fault))]) from fault
    except etree.XMLSyntaxError as fault:
        message = "A part of the file is damaged"
        cure = "Open it in Word and save it again."
        raise BrokenTemplate([TemplateFault("damaged_part", message, cure, part=name)]) from fault
    missing = [
        name for name in (BODY, "word/styles.xml", "[Content_Types].xml") if name not in parts
    ]
    if missing:
        message = "The file is not a Word document of today's format"
        cure = "Save it as .docx in Word."
        raise BrokenTemplate([TemplateFault("not_a_word_file", message, cure, part=missing[0])])
    return parts


def _style_ids(parts: Mapping[str, bytes]) -> frozenset[str]:
    root = parse_xml(parts["word/styles.xml"])
    return frozenset(each.get(qn("w:styleId")) or "" for each in root.iter(qn("w:style")))


def _unknown_styles(root: Element, styles: frozenset[str], part: str) -> Iterator[TemplateFault]:
    first: dict[str, Element] = {}
    for each in root.iter(*(qn(name) for name in _STYLED)):
        first.setdefault(each.get(qn("w:val")), each)
    for name in sorted(set(first) - styles):
        message = f"The text uses the style “{name}”, which the file does not define"
        cure = "Choose a style from the list in Word for that paragraph."
        where = text_of_paragraph(first[name])
        yield TemplateFault("unknown_style", message, cure, part, where)


def _compiled(
    roots: Mapping[str, Element], sources: Mapping[str, str], known: Iterable[TemplateFault]
) -> tuple[dict[str, CompiledPart], list[TemplateFault]]:
    """Compile each part; a syntax error that a clearer fault already explains is left out."""
    explained = {fault.part for fault in known}
    compiled, faults = {}, []
    for part, source in sources.items():
        try:
            tree = ENVIRONMENT.parse(source)
            found = [_forbidden(part, source, *each) for each in forbidden_nodes(tree)]
            faults += found
            if not found:
                compiled[part] = compile_part(roots[part], with_kept_spaces(source))
        except jinja2.TemplateError as error:
            if part not in explained:
                faults.append(_syntax(part, source, error))
    return compiled, faults


def _forbidden(part: str, source: str, line: int, suggestion: str) -> TemplateFault:
    message = "A tag does what a template may not do"
    return TemplateFault("forbidden_tag", message, suggestion, part, page_text(source, line))


def _syntax(part: str, source: str, error: jinja2.TemplateError) -> TemplateFault:
    line = getattr(error, "lineno", None) or 1
    message = f"A tag cannot be read: {error.message}"
    return TemplateFault("tag_syntax", message, "", part, page_text(source, line))


def syntax_tree(source: str) -> nodes.Template | None:
    """Return a part's syntax tree, for checks that read rather than fill; None where none is."""
    try:
        return ENVIRONMENT.parse(source)
    except jinja2.TemplateSyntaxError:
        return None


def page_text(source: str, line: int) -> str:
    """Return the text of a source's line, which is one paragraph, for a message."""
    lines = source.split("\n")
    return re.sub(r"<[^>]+>", "", lines[min(line, len(lines)) - 1])[:90]


def _shown_headers(parts: Mapping[str, bytes]) -> frozenset[str]:
    """Return the header parts that pages show; "" stands for a kind of page without one.

    Word keeps headers of first and even pages in the file also where they are turned off.
    """
    relations_part = "word/_rels/document.xml.rels"
    relations = parse_xml(parts[relations_part]) if relations_part in parts else ()
    targets = {each.get("Id"): each.get("Target") for each in relations}
    settings = parts.get("word/settings.xml")
    even = settings is not None and _is_on(parse_xml(settings), "w:evenAndOddHeaders")
    shown: set[str] = set()
    known: dict[str, str] = {}
    for layout in parse_xml(parts[BODY]).iter(qn("w:sectPr")):
        for reference in layout.findall(qn("w:headerReference")):
            known[reference.get(qn("w:type"))] = f"word/{targets.get(reference.get(qn('r:id')))}"
        wanted = ["default"] + ["first"] * _is_on(layout, "w:titlePg") + ["even"] * even
        shown |= {known.get(kind, "") for kind in wanted}
    return frozenset(shown or {""})


def _is_on(holder: Element, switch: str) -> bool:
    found = holder.find(qn(switch))
    return found is not None and found.get(qn("w:val")) not in ("0", "false", "off")


def _unmarked_headers(
    sources: Mapping[str, str], headers: frozenset[str]
) -> Iterator[TemplateFault]:
    """Yield a fault where DRAFT or SAMPLE could not be seen on a page."""
    if "" in headers:
        message = "Some pages have no header, where DRAFT and SAMPLE are printed"
        yield TemplateFault("no_draft_mark", message, "Add a header with {{ draft }} {{ sample }}.")
    for name in sorted(headers & set(sources)):
        printed = _printed_names(ENVIRONMENT.parse(sources[name]))
        for wanted in ("draft", "sample"):
            if wanted not in printed:
                message = f"A page header does not print {{{{ {wanted} }}}}"
                cure = "Every page must show it while it is true; add the tag to that header."
                yield TemplateFault("no_draft_mark", message, cure, name)


def _printed_names(tree: nodes.Template) -> set[str]:
    return {
        name.name
        for output in tree.find_all(nodes.Output)
        for name in output.nodes
        if isinstance(name, nodes.Name)
    } & meta.find_undeclared_variables(tree)
