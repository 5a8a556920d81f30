"""The styles and lists of the frame: every look a paper has, as data.

Paragraph properties stand in the order that the schema asks for.
"""

from __future__ import annotations

from worker.outline.build import LABEL_SHADE

# Metric-compatible everywhere: Liberation Serif stands in for it line for line.
FONT = "Times New Roman"
INK = "1F1F1F"
GREY = "4A4A4A"
LINE = "8C8C8C"

RIGHT_EDGE = '<w:tabs><w:tab w:val="right" w:pos="9936"/></w:tabs>'
KEEP = "<w:keepNext/>"
TOGETHER = "<w:keepLines/>"
BULLETS = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
NUMBERS = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
SIGN_TABS = (
    '<w:tabs><w:tab w:val="left" w:leader="underscore" w:pos="5040"/>'
    '<w:tab w:val="left" w:leader="underscore" w:pos="7920"/></w:tabs>'
)


def border(side: str, size: int = 4, space: int = 4) -> str:
    """Return one paragraph border; `size` in eighths of a point, `space` in points."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{LINE}"/>'


def boxed() -> str:
    """Return the border of a boxed notice."""
    sides = "".join(border(side, 8) for side in ("top", "left", "bottom", "right"))
    return f"<w:pBdr>{sides}</w:pBdr>"


def spacing(before: float = 0, after: float = 0, line: int = 240) -> str:
    """Return paragraph spacing; points before and after, `line` in 240ths of a line."""
    space = f'w:before="{before * 20:.0f}" w:after="{after * 20:.0f}"'
    return f'<w:spacing {space} w:line="{line}" w:lineRule="auto"/>'


# Space below the last of several equal paragraphs, none between them.
TIGHT = "<w:contextualSpacing/>"


def hanging(points: float) -> str:
    """Return a hanging indent with its tab stop where the text begins."""
    return f'<w:ind w:left="{points * 20:.0f}" w:hanging="{points * 20:.0f}"/>'


def letters(size: float = 0, *, bold: bool = False, italic: bool = False, color: str = "") -> str:
    """Return run properties in the order the schema asks for; size in points."""
    half = f'<w:sz w:val="{size * 2:.0f}"/><w:szCs w:val="{size * 2:.0f}"/>' if size else ""
    return (
        ("<w:b/><w:bCs/>" if bold else "")
        + ("<w:i/><w:iCs/>" if italic else "")
        + (f'<w:color w:val="{color}"/>' if color else "")
        + half
    )


RULED = f"<w:pBdr>{border('bottom', 4, 4)}</w:pBdr>"

# name, based on, next, paragraph properties (in schema order), run properties
BODY = spacing(3, 3, 250)
PARAGRAPH_STYLES: list[tuple[str, str, str, str, str]] = [
    ("Body Text", "Normal", "Body Text", BODY, ""),
    ("Body Keep", "Body Text", "Body Text", KEEP, ""),
    (
        "heading 1",
        "Normal",
        "Body Text",
        KEEP + TOGETHER + spacing(8, 2) + '<w:outlineLvl w:val="0"/>',
        letters(12, bold=True),
    ),
    (
        "heading 2",
        "Normal",
        "Body Text",
        KEEP + TOGETHER + spacing(6, 2) + '<w:outlineLvl w:val="1"/>',
        letters(11, bold=True),
    ),
    (
        "Subject",
        "Normal",
        "Body Text",
        KEEP + TOGETHER + spacing(9, 3) + '<w:outlineLvl w:val="0"/>',
        letters(12.5, bold=True),
    ),
    ("Letterhead Name", "Normal", "Letterhead Line", spacing(0, 1), letters(15, bold=True)),
    (
        "Letterhead Line",
        "Normal",
        "Letterhead Line",
        RULED + spacing(0, 4) + TIGHT,
        letters(9.5, color=GREY),
    ),
    ("Date Line", "Normal", "Address Line", spacing(8, 8), ""),
    ("Address Line", "Normal", "Address Line", spacing(0, 8) + TIGHT, ""),
    (
        "Quote",
        "Body Text",
        "Body Text",
        spacing(3, 3, 252) + '<w:ind w:left="432" w:right="432"/>',
        "",
    ),
    ("Note", "Normal", "Body Text", spacing(3, 3), letters(9.5, color=GREY)),
    (
        "Notice",
        "Body Text",
        "Body Text",
        KEEP + TOGETHER + boxed() + spacing(8, 8) + '<w:ind w:left="115" w:right="115"/>',
        letters(bold=True),
    ),
    ("Table Header", "Normal", "Table Text", KEEP + spacing(0.7, 0.7), letters(9, bold=True)),
    ("Table Text", "Normal", "Table Text", spacing(0.7, 0.7), letters(9.5)),
    ("Table Number", "Table Text", "Table Text", '<w:jc w:val="right"/>', ""),
    ("Reference Label", "Normal", "Reference Value", spacing(0.7, 0.7), letters(9.5, color=GREY)),
    ("Reference Value", "Normal", "Reference Value", spacing(0.7, 0.7), letters(9.5)),
    ("Form Label", "Normal", "Form Value", spacing(0.7, 0.7), letters(9, bold=True)),
    ("Form Value", "Normal", "Form Value", spacing(0.7, 0.7), letters(9.5)),
    ("List Bullet", "Body Text", "List Bullet", BULLETS + spacing(1, 1, 250), ""),
    ("List Number", "Body Text", "List Number", NUMBERS + spacing(1, 1, 250), ""),
    (
        "Signature Line",
        "Normal",
        "Signature Name",
        KEEP + TOGETHER + SIGN_TABS + spacing(24, 2),
        "",
    ),
    ("Signature Name", "Normal", "Signature", KEEP + TOGETHER + spacing(0, 0), letters(bold=True)),
    ("Signature", "Normal", "Signature", TOGETHER + spacing(0, 0), ""),
    (
        "Enclosure",
        "Normal",
        "Enclosure",
        TOGETHER
        + '<w:tabs><w:tab w:val="left" w:pos="432"/></w:tabs>'
        + spacing(6, 1)
        + hanging(21.6)
        + TIGHT,
        letters(9.5),
    ),
    (
        "Reference Entry",
        "Normal",
        "Reference Entry",
        TOGETHER
        + '<w:tabs><w:tab w:val="left" w:pos="432"/></w:tabs>'
        + spacing(0, 2)
        + hanging(21.6),
        letters(9),
    ),
    (
        "Page Header",
        "Normal",
        "Page Header",
        RIGHT_EDGE + spacing(0, 8) + TIGHT,
        letters(9.5, color=GREY),
    ),
    ("Page Footer", "Normal", "Page Footer", RIGHT_EDGE + spacing(0, 0), letters(9.5, color=GREY)),
    (
        "Mark",
        "Normal",
        "Mark",
        spacing(0, 4) + '<w:jc w:val="center"/>',
        letters(12, bold=True, color="9C1C1C"),
    ),
    ("annotation text", "Normal", "annotation text", spacing(0, 0), letters(10)),
]

LANGUAGE = '<w:lang w:val="en-US" w:eastAsia="en-US" w:bidi="ar-SA"/>'
FONTS = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def style_id(name: str) -> str:
    """Return the id of a style: its name without spaces, as Word makes them."""
    return "".join(word[0].upper() + word[1:] for word in name.split(" "))


def paragraph_style(name: str, based_on: str, following: str, paragraph: str, run: str) -> str:
    """Return one `w:style` of a paragraph."""
    custom = "" if name.lower() in BUILT_IN else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{style_id(name)}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="{style_id(based_on)}"/>'
        f'<w:next w:val="{style_id(following)}"/><w:qFormat/>'
        + (f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "")
        + (f"<w:rPr>{run}</w:rPr>" if run else "")
        + "</w:style>"
    )


BUILT_IN = {
    "body text", "heading 1", "heading 2", "quote", "list bullet", "list number", "signature",
    "annotation text",
}  # fmt: skip


def table_style(name: str, borders: str, first_row: str = "") -> str:
    """Return one `w:style` of a table; cell margins keep text off the lines."""
    left = 86 if borders else 0  # without lines the text itself stands at the page's edge
    margins = (
        f'<w:tblCellMar><w:top w:w="15" w:type="dxa"/><w:left w:w="{left}" w:type="dxa"/>'
        '<w:bottom w:w="15" w:type="dxa"/><w:right w:w="86" w:type="dxa"/></w:tblCellMar>'
    )
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="TableNormal"/><w:qFormat/>'
        f"<w:tblPr>{borders}{margins}</w:tblPr>{first_row}</w:style>"
    )


def grid_lines() -> str:
    """Return thin lines around and between the cells."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return f"<w:tblBorders>{''.join(border(side, 4, 0) for side in sides)}</w:tblBorders>"


def styles() -> str:
    """Return `word/styles.xml`."""
    shaded = (
        '<w:tblStylePr w:type="firstRow"><w:tcPr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{LABEL_SHADE}"/><w:vAlign w:val="bottom"/>'
        "</w:tcPr></w:tblStylePr>"
    )
    return (
        f"{XML}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{FONTS}"
        f'<w:color w:val="{INK}"/><w:sz w:val="21"/><w:szCs w:val="21"/>{LANGUAGE}</w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        "<w:pPr><w:widowControl/></w:pPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
        + "".join(paragraph_style(*each) for each in PARAGRAPH_STYLES)
        + '<w:style w:type="character" w:styleId="AnnotationReference"><w:name w:val="annotation reference"/>'
        '<w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>'
        + table_style("Grid", grid_lines(), shaded)
        + table_style("Form", grid_lines(), shaded)
        + table_style("Reference Block", "")
        + "</w:styles>"
    )


def numbering() -> str:
    """Return `word/numbering.xml`: bullets (1) and numbers (2)."""
    levels = {"1": ("bullet", "•"), "2": ("decimal", "%1.")}
    abstracts = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/>'
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr>{hanging(18)}</w:pPr></w:lvl></w:abstractNum>'
        for number, (form, text) in levels.items()
    )
    numbers = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in levels
    )
    return f"{XML}<w:numbering {W}>{abstracts}{numbers}</w:numbering>"
