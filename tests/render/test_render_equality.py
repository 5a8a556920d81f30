"""The contract of the renderer: canonically what docxtpl writes, for every feature.

docxtpl is the oracle. It gets the same values, in the same sandbox, and the same parts.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pytest
from docxtpl import DocxTemplate
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from casework.context import case_context, paper_context
from casework.knowledge_base import load_knowledge
from casework.review import review
from tests.render.corpus.features import ALLOWED, LISTING, REFUSED, RICH, Feature
from tests.render.papers import ROOT, a_context, a_template, said, trial
from worker.gate import check_document
from worker.render import Template, compile_template, render
from worker.render.fill import FilledText, _finished, _values, fill
from worker.render.finish import Finish
from worker.render.hygiene import without_noise
from worker.render.package import read_parts, write_parts
from worker.render.part import ENVIRONMENT, compile_part, docxtpl_source, with_kept_spaces
from worker.render.properties import APP_PART, app_properties
from worker.render.template import BODY
from worker.render.tokens import Ledger
from worker.render.wordml import parse_xml, qn, serialize
from worker.templates import Templates

DAY = date(2026, 10, 19)
W_T = qn("w:t")


def canonical(xml: str | bytes) -> str:
    """Return the XML in canonical form, spaces kept at the ends of every text as papers keep them."""
    root = parse_xml(xml.encode() if isinstance(xml, str) else xml)
    for text in root.iter(W_T):
        text.set(qn("xml:space"), "preserve")
    return etree.tostring(root, method="c14n", exclusive=True).decode()


def by_docxtpl(
    parts: Mapping[str, bytes], values: Mapping[str, Any], environment: jinja2.Environment
) -> dict[str, bytes]:
    oracle = DocxTemplate(io.BytesIO(write_parts(parts, compressed=False)))
    oracle.render(dict(values), environment)
    stream = io.BytesIO()
    oracle.save(stream)
    return read_parts(stream.getvalue())


def assert_equal(ours: Mapping[str, str], theirs: Mapping[str, bytes]) -> None:
    assert ours
    for name, xml in ours.items():
        assert canonical(xml) == canonical(theirs[name]), name


def marked(filled: FilledText, template: Template, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as the tags saw them."""
    values = _values(template, context, Ledger(filled.ledger.labels))
    return {**values, "draft": "DRAFT" if filled.draft else ""}


@pytest.mark.parametrize("feature", ALLOWED, ids=str)
def test_each_feature_comes_out_as_docxtpl_writes_it(feature: Feature) -> None:
    template = compile_template(feature.docx)
    filled = fill(template, feature.values)
    values = marked(filled, template, feature.values)
    assert_equal(filled.xml, by_docxtpl(template.parts, values, ENVIRONMENT))


@pytest.mark.parametrize("feature", REFUSED, ids=str)
def test_so_does_each_feature_that_the_template_check_refuses(feature: Feature) -> None:
    parts = {**read_parts(feature.docx), APP_PART: app_properties()}
    root = parse_xml(parts[BODY])
    without_noise(root)
    environment = jinja2.Environment(autoescape=True)
    part = compile_part(root, with_kept_spaces(docxtpl_source(root)), environment)
    values = {**feature.values, "rich": RICH, "listing": LISTING, "draft": "", "sample": ""}
    theirs = by_docxtpl({**parts, BODY: serialize(root)}, values, environment)
    assert_equal({BODY: part.fill(values)}, theirs)


@pytest.mark.parametrize("feature", ALLOWED, ids=str)
def test_each_feature_makes_a_paper_that_passes_the_gate(feature: Feature) -> None:
    template = compile_template(feature.docx)
    check_document(render(template, feature.values).docx, template, feature.values)


MARKED = {
    "missing": {"/a": "first & thing", "/b": "second"},
    "name": {"id": "x", "text": "say ⟦/a⟧ \ufdd00\ufdd3", "from": []}["text"],
    "word": "⟦/b⟧",
    "some": ["⟦/a⟧", "", "two\n⟦/b⟧⟦/a⟧"],
}


def both_ways(template: Template, context: Mapping[str, Any]) -> None:
    """Finish on the text and on the tree; the parts and all that is told of them must agree."""
    filled = fill(template, context)
    told = []
    for textual in (True, False):
        finish = Finish(filled.ledger, template.styles)
        parts = {}
        for name, xml in filled.xml.items():
            part = template.filled[name]
            traits = replace(part.traits, textual=textual and part.traits.textual)
            written = _finished(name, xml, replace(part, traits=traits), finish)
            parts[name] = canonical(written)
        told.append((parts, list(finish.printed), finish.comments, finish.bookmarks))
    assert told[0] == told[1]


@pytest.mark.parametrize("feature", ALLOWED, ids=str)
@pytest.mark.parametrize("changes", [{}, MARKED], ids=["plain", "with marks"])
def test_the_last_hand_is_the_same_on_the_text_and_on_the_tree(
    feature: Feature, changes: dict[str, Any]
) -> None:
    both_ways(compile_template(feature.docx), {**feature.values, **changes})


SIGNS = st.text("ab <&>\"'\n\t\ufdd0\ufdd1\ufdd30é﷼⟦⟧/", max_size=12)
BLANKS = st.sampled_from(["⟦/a⟧", "⟦/b⟧", "⟦/c⟧", ""])
TYPED = st.lists(SIGNS | BLANKS, max_size=4).map("".join)


@given(TYPED, TYPED, st.lists(TYPED, max_size=4), st.lists(TYPED, max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_comes_out_the_same_three_ways(
    note: str, title: str, asked: list[str], medicines: list[str]
) -> None:
    context = a_context(
        note=note,
        title=title,
        say={"ask": [said(f"ask.{n}", text) for n, text in enumerate(asked)]},
        table={"trials": [trial(text, exhibit=note) for text in medicines]},
        missing={"/a": "first & thing", "/b": "second"},
    )
    filled = fill(a_template(), context)
    values = marked(filled, a_template(), context)
    assert_equal(filled.xml, by_docxtpl(a_template().parts, values, ENVIRONMENT))
    both_ways(a_template(), context)
    check_document(render(a_template(), context).docx, a_template(), context)


@cache
def knowledge() -> Any:
    return load_knowledge()


KINDS = [
    (path, Path(path).relative_to(ROOT / "templates_docx").parts[:-1])
    for path in sorted((ROOT / "templates_docx").rglob("template.docx"))
]
CASES = ("depression_commercial_denied", "bare_minimum", "odd_but_valid")


@cache
def opened_case(name: str) -> Any:
    case = json.loads((ROOT / "tests" / "cases" / f"{name}.json").read_text())
    return case_context(case, review(case, knowledge(), DAY), knowledge(), DAY)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("path", "folder"), KINDS, ids=["-".join(folder) for _, folder in KINDS])
def test_every_built_in_template_comes_out_as_docxtpl_writes_it(
    path: Path, folder: tuple[str, ...], case: str
) -> None:
    language = "es" if "es" in folder else "en"
    variant = variant_of(folder)
    context = paper_context(opened_case(case), folder[0], variant, language, sample=True)
    template = compile_template(path.read_bytes())
    filled = fill(template, context)
    assert_equal(
        filled.xml, by_docxtpl(template.parts, marked(filled, template, context), ENVIRONMENT)
    )
    both_ways(template, context)
    assert all(part.traits.textual for part in template.filled.values())


def variant_of(folder: tuple[str, ...]) -> str:
    """Return the variant that a template's folder writes; of a shared layout, the first."""
    name = next((each for each in folder[1:] if each != "es"), "")
    variants = load_knowledge().kinds[folder[0]].variants
    return next((each.id for each in variants if name and each.layout == name), name)


def test_the_corpus_is_large_enough_and_names_each_feature_once() -> None:
    names = [str(feature) for feature in (*ALLOWED, *REFUSED)]
    assert len(names) == len(set(names)) >= 2 * 35


def test_templates_of_built_in_kinds_are_found() -> None:
    assert len(KINDS) >= 20
    assert Templates().get("letter_of_medical_necessity")
    assert re.fullmatch("[0-9a-f]{64}", Templates().get("appeal_letter").sha256)
