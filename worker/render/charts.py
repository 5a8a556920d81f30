"""A trend as a native Word chart: editable, with its values inside and no workbook behind it.

DrawingML charts (ECMA-376 part 1, 21.2). Points stand where their days fall; lines of one scale differ
from another's by mark and dash, so that a fax in black and white still tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, count
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from worker.render.properties import DECLARATION, DOCUMENT_RELATIONS, inserted

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_EMU_PER_INCH = 914_400
_WIDTH, _HEIGHT = int(6.6 * _EMU_PER_INCH), int(1.6 * _EMU_PER_INCH)
_SERIAL_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheet dates
_TICKS, _WEEK = 6, 7
_MARKS = ("circle", "square", "triangle")
_DASHES = ("solid", "dash", "sysDot")
# Where a point's value stands, so that two lines do not hide each other's.
_LABELS = ("b", "t", "r")
_AXIS_OF_DAYS, _AXIS_OF_VALUES = 1, 2


def is_chart(value: Mapping[str, Any]) -> bool:
    """Say whether a value of the context is a trend to draw, not a group of values."""
    return {"title", "alt", "maximum", "series"} <= value.keys()


def chart_part(number: int) -> str:
    """Return the name of the part that holds the paper's chart `number`, from 1."""
    return f"word/charts/chart{number}.xml"


def drawing_xml(number: int, chart: Mapping[str, Any]) -> str:
    """Return the `w:drawing` that shows the chart in a run; its alt text tells every point."""
    described = f"name={quoteattr(f'Chart {number}')} descr={quoteattr(chart['alt'])}"
    return (
        '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        f' xmlns:a="{_MAIN}" xmlns:c="{_CHART}"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{_WIDTH}" cy="{_HEIGHT}"/>'
        f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="{number}" {described}/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_CHART}">'
        f'<c:chart r:id="{_relation_id(number)}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )  # fmt: skip


def with_charts(
    parts: Mapping[str, bytes], charts: Sequence[Mapping[str, Any]]
) -> dict[str, bytes]:
    """Return the parts with one part for each chart, and what Word needs to find them."""
    made = dict(parts)
    for number, chart in enumerate(charts, 1):
        name = chart_part(number)
        override = f'<Override PartName="/{name}" ContentType="{CHART_TYPE}"/>'
        relation = (
            f'<Relationship Id="{_relation_id(number)}" Type="{_RELATION}"'
            f' Target="{name.removeprefix("word/")}"/>'
        )
        made[name] = _chart_xml(chart)
        made["[Content_Types].xml"] = inserted(made["[Content_Types].xml"], override)
        made[DOCUMENT_RELATIONS] = inserted(made[DOCUMENT_RELATIONS], relation)
    return made


def _relation_id(number: int) -> str:
    return f"rIdChart{number}"


def _chart_xml(chart: Mapping[str, Any]) -> bytes:
    series = "".join(_series(i, each) for i, each in enumerate(chart["series"]))
    legend = (
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text(900)}</c:legend>'
        if len(chart["series"]) > 1
        else ""
    )
    text = (
        f'<c:chartSpace xmlns:c="{_CHART}" xmlns:a="{_MAIN}"><c:date1904 val="0"/>'
        f'<c:roundedCorners val="0"/><c:chart>{_title(chart["title"])}<c:autoTitleDeleted val="0"/>'
        '<c:plotArea><c:layout/><c:scatterChart><c:scatterStyle val="lineMarker"/>'
        f'<c:varyColors val="0"/>{series}<c:axId val="{_AXIS_OF_DAYS}"/>'
        f'<c:axId val="{_AXIS_OF_VALUES}"/></c:scatterChart>{_day_axis(chart)}'
        f"{_value_axis(chart)}</c:plotArea>{legend}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="span"/></c:chart>'
        f"<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{_text(900)}</c:chartSpace>"
    )
    return f"{DECLARATION}{text}".encode()


def _title(title: str) -> str:
    return (
        f'<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1000" b="0"/></a:pPr>'
        f'<a:r><a:rPr lang="en-US" sz="1000" b="0"/><a:t>{escape(title)}</a:t></a:r></a:p></c:rich>'
        '</c:tx><c:overlay val="0"/></c:title>'
    )


def _series(number: int, series: Mapping[str, Any]) -> str:
    days = [_serial(date.fromisoformat(day)) for day, _ in series["points"]]
    values = [value for _, value in series["points"]]
    look = number % len(_MARKS)
    mark, dash, label = _MARKS[look], _DASHES[look], _LABELS[look]
    ink = '<a:solidFill><a:srgbClr val="333333"/></a:solidFill>'
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
        f"<c:tx><c:v>{escape(series['name'])}</c:v></c:tx>"
        f'<c:spPr><a:ln w="15875">{ink}<a:prstDash val="{dash}"/></a:ln></c:spPr>'
        f'<c:marker><c:symbol val="{mark}"/><c:size val="6"/><c:spPr>{ink}</c:spPr></c:marker>'
        f'<c:dLbls>{_text(800)}<c:dLblPos val="{label}"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:xVal>{_numbers(days, 'mmm d, yyyy')}</c:xVal>"
        f'<c:yVal>{_numbers(values, "General")}</c:yVal><c:smooth val="0"/></c:ser>'
    )


def _numbers(values: Sequence[float], form: str) -> str:
    points = "".join(f'<c:pt idx="{i}"><c:v>{each:g}</c:v></c:pt>' for i, each in enumerate(values))
    return (
        f"<c:numLit><c:formatCode>{form}</c:formatCode>"
        f'<c:ptCount val="{len(values)}"/>{points}</c:numLit>'
    )


def _day_axis(chart: Mapping[str, Any]) -> str:
    days = sorted(_serial(date.fromisoformat(day)) for day, _ in _points(chart))
    step = _weeks_of(max(days[-1] - days[0], 1) / _TICKS)
    return _axis(
        _AXIS_OF_DAYS, _AXIS_OF_VALUES, "b", "mmm d, yyyy",
        (days[0], days[-1] + step - (days[-1] - days[0]) % step), step,
    )  # fmt: skip


def _value_axis(chart: Mapping[str, Any]) -> str:
    whole = chart["maximum"]
    decades = (10**power for power in count())
    step = next(n * ten for ten in decades for n in (1, 2, 5) if whole / (n * ten) <= _TICKS)
    return _axis(_AXIS_OF_VALUES, _AXIS_OF_DAYS, "l", "General", (0, whole), step)


def _weeks_of(days: float) -> int:
    """Return the least whole number of weeks that is as long, in days."""
    return -int(-days // _WEEK) * _WEEK


def _axis(
    own: int, other: int, side: str, form: str, ends: tuple[float, float], step: float
) -> str:
    grid = (
        '<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill>'
        "</a:ln></c:spPr></c:majorGridlines>"
        if side == "l"
        else ""
    )
    return (
        f'<c:valAx><c:axId val="{own}"/><c:scaling><c:orientation val="minMax"/>'
        f'<c:max val="{ends[1]:g}"/><c:min val="{ends[0]:g}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{side}"/>{grid}<c:numFmt formatCode="{form}" sourceLinked="0"/>'
        '<c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'{_text(800)}<c:crossAx val="{other}"/><c:crosses val="min"/>'
        f'<c:crossBetween val="midCat"/><c:majorUnit val="{step:g}"/></c:valAx>'
    )


def _text(size: int) -> str:
    """Return text properties of a size in hundredths of a point."""
    return (
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{size}"/></a:pPr>'
        '<a:endParaRPr lang="en-US"/></a:p></c:txPr>'
    )


def _serial(day: date) -> int:
    return (day - _SERIAL_EPOCH).days


def _points(chart: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    return chain.from_iterable(each["points"] for each in chart["series"])
