"""A score trend is a Word chart: native, whole, told in words to who cannot see it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from tests.render.papers import a_context, a_template, body_text, part, part_names, word_file
from worker.assembly import assemble
from worker.gate import check_assembled, check_document
from worker.render import BrokenTemplate, RenderFailed, compile_template, render
from worker.render.package import read_parts, write_parts
from worker.render.template import BODY

TREND = {
    "title": "PHQ-9 & MADRS: lower is better",
    "alt": 'PHQ-9 scores: 23 on May 18, 2026 "before" and 12 on June 18, 2026.',
    "maximum": 60,
    "series": [
        {"name": "PHQ-9", "points": [["2026-05-18", 23], ["2026-06-18", 12.5]]},
        {"name": "MADRS", "points": [["2026-05-18", 38], ["2026-05-18", 36], ["2026-11-12", 20]]},
    ],
}
WITH_CHART = "[Subject] {{ title }}\n\n{{ chart.scores }}\n\n[Note] End.\n"


def faults(docx: bytes, folder: Path) -> list[str]:
    path = folder / "paper.docx"
    path.write_bytes(docx)
    return [str(each) for each in OpenXmlValidator().validate(path).errors]


def charts(docx: bytes) -> list[str]:
    return [name for name in part_names(docx) if name.startswith("word/charts/")]


def paper(chart: Any, text: str = WITH_CHART) -> bytes:
    context = a_context(chart={"scores": chart})
    rendered = render(a_template(text), context)
    check_document(rendered.docx, a_template(text), context)
    return rendered.docx


def test_a_trend_becomes_a_chart_that_word_accepts(tmp_path: Path) -> None:
    docx = paper(TREND)
    assert charts(docx) == ["word/charts/chart1.xml"]
    assert not faults(docx, tmp_path)


def test_every_point_stands_in_the_chart_with_its_own_day_and_value() -> None:
    chart = part(paper(TREND), "word/charts/chart1.xml")
    values = re.findall(r"<c:v>([^<]*)</c:v>", chart)
    assert values == [
        "PHQ-9", "46160", "46191", "23", "12.5",
        "MADRS", "46160", "46160", "46338", "38", "36", "20",
    ]  # fmt: skip


def test_a_chart_has_no_workbook_and_loads_nothing() -> None:
    docx = paper(TREND)
    assert charts(docx) == ["word/charts/chart1.xml"]
    assert not [name for name in part_names(docx) if "embeddings" in name]
    assert "externalData" not in part(docx, "word/charts/chart1.xml")


def test_a_screen_reader_is_told_every_point() -> None:
    body = etree.fromstring(part(paper(TREND), BODY).encode())
    assert body.xpath("//*[local-name()='docPr']/@descr") == [TREND["alt"]]


def test_without_a_trend_no_chart_and_no_empty_line_stand_in_the_paper() -> None:
    docx = paper("")
    assert not charts(docx)
    assert body_text(docx) == "Request: six infusions of ketamine\nEnd."


def test_two_charts_of_a_paper_are_two_parts(tmp_path: Path) -> None:
    docx = paper(TREND, WITH_CHART.replace("[Note]", "{{ chart.scores }}\n\n[Note]"))
    assert charts(docx) == ["word/charts/chart1.xml", "word/charts/chart2.xml"]
    assert not faults(docx, tmp_path)


def test_the_same_trend_gives_the_same_bytes() -> None:
    assert paper(TREND) == paper(TREND)


def test_a_chart_in_a_page_header_is_refused_by_its_place() -> None:
    mark = "{% if draft or sample %}\n[Mark] {{ draft }}{{ sample }}\n{% endif %}\n"
    text = f"== header ==\n{mark}[Page Header] {{{{ chart.scores }}}}\n== body ==\n{WITH_CHART}"
    with pytest.raises(RenderFailed, match="may stand in the body only"):
        render(a_template(text), a_context(chart={"scores": TREND}))


def test_papers_joined_keep_each_its_chart(tmp_path: Path) -> None:
    papers = [paper(TREND), paper(TREND)]
    joined = assemble(papers)
    check_assembled(joined, papers)
    assert len(charts(joined)) == 2
    assert not faults(joined, tmp_path)


def test_a_template_may_not_bring_a_chart_of_its_own() -> None:
    parts = read_parts(word_file(WITH_CHART))
    brought = write_parts({**parts, "word/charts/chart1.xml": b"<x/>"}, compressed=True)
    with pytest.raises(BrokenTemplate) as broken:
        compile_template(brought)
    assert broken.value.faults[0].code == "forbidden_part"


def test_a_scale_of_a_site_may_reach_any_height(tmp_path: Path) -> None:
    docx = paper({**TREND, "maximum": 1000})
    assert '<c:max val="1000"/>' in part(docx, "word/charts/chart1.xml")
    assert not faults(docx, tmp_path)


def test_no_line_of_a_trend_is_left_out(tmp_path: Path) -> None:
    docx = paper({**TREND, "series": TREND["series"] * 2})
    assert part(docx, "word/charts/chart1.xml").count("<c:ser>") == 4
    assert not faults(docx, tmp_path)
