"""Make `templates_docx/_frame.docx`: the styles, numbering, header and footer all templates share.

Run as `python tools/make_frame.py [OUT]`. The frame is data below; the same data give the same
bytes. Written part by part rather than from python-docx's own template, whose stale
`stylesWithEffects` part and compatibility settings make Word repair or label the file.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from worker.outline.build import LABEL_SHADE, section_part, style_ids  # noqa: E402 - a script finds its checkout first
from worker.outline.parse import parse_outline  # noqa: E402
from worker.render.package import write_parts  # noqa: E402

FRAME = ROOT / "templates_docx" / "_frame.docx"

# Metric-compatible everywhere: Liberation Serif stands in for it line for line.
FONT = "Times New Roman"
INK = "1F1F1F"
GREY = "4A4A4A"
LINE = "8C8C8C"

FIRST_HEADER = """
{% if draft or sample %}
[Mark] {{ draft }}{% if draft and sample %} · {% endif %}{{ sample }}
{% endif %}
[Letterhead Name] {{ letterhead.name }}
[Letterhead Line] {{ letterhead.address }}
[Letterhead Line] {{ letterhead.phone_fax }}
"""
HEADER = """
{% if draft or sample %}
[Mark] {{ draft }}{% if draft and sample %} · {% endif %}{{ sample }}
{% endif %}
[Page Header] {{ letterhead.name }}\\t{{ date }}
[Page Header] {{ title }}
"""
FOOTER = "[Page Footer] {{ page_mark }}\\tPage «PAGE» of «NUMPAGES»"

RIGHT_EDGE = '<w:tabs><w:tab w:val="right" w:pos="9360"/></w:tabs>'
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
BODY = spacing(5, 3, 259)
PARAGRAPH_STYLES: list[tuple[str, str, str, str, str]] = [
    ("Body Text", "Normal", "Body Text", BODY, ""),
    ("Body Keep", "Body Text", "Body Text", KEEP, ""),
    (
        "heading 1",
        "Normal",
        "Body Text",
        KEEP + TOGETHER + spacing(11, 3) + '<w:outlineLvl w:val="0"/>',
        letters(12, bold=True),
    ),
    (
        "heading 2",
        "Normal",
        "Body Text",
        KEEP + TOGETHER + spacing(9, 2) + '<w:outlineLvl w:val="1"/>',
        letters(11, bold=True),
    ),
    (
        "Subject",
        "Normal",
        "Body Text",
        KEEP + TOGETHER + spacing(12, 4) + '<w:outlineLvl w:val="0"/>',
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
    ("Date Line", "Normal", "Address Line", spacing(10, 10), ""),
    ("Address Line", "Normal", "Address Line", spacing(0, 11) + TIGHT, ""),
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
    ("Table Header", "Normal", "Table Text", KEEP + spacing(2, 2), letters(9.5, bold=True)),
    ("Table Text", "Normal", "Table Text", spacing(2, 2), letters(10)),
    ("Table Number", "Table Text", "Table Text", '<w:jc w:val="right"/>', ""),
    ("Reference Label", "Normal", "Reference Value", spacing(1, 1), letters(10, color=GREY)),
    ("Reference Value", "Normal", "Reference Value", spacing(1, 1), letters(10)),
    ("Form Label", "Normal", "Form Value", spacing(2, 2), letters(9.5, bold=True)),
    ("Form Value", "Normal", "Form Value", spacing(2, 2), letters(10)),
    ("List Bullet", "Body Text", "List Bullet", BULLETS + spacing(1, 2, 259), ""),
    ("List Number", "Body Text", "List Number", NUMBERS + spacing(1, 2, 259), ""),
    (
        "Signature Line",
        "Normal",
        "Signature Name",
        KEEP + TOGETHER + SIGN_TABS + spacing(30, 2),
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
        letters(10.5),
    ),
    (
        "Reference Entry",
        "Normal",
        "Reference Entry",
        TOGETHER
        + '<w:tabs><w:tab w:val="left" w:pos="432"/></w:tabs>'
        + spacing(0, 2)
        + hanging(21.6),
        letters(9.5),
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
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


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
        f'<w:color w:val="{INK}"/><w:sz w:val="22"/><w:szCs w:val="22"/>{LANGUAGE}</w:rPr></w:rPrDefault>'
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


def settings() -> str:
    """Return `word/settings.xml`: today's Word mode, so that no compatibility banner shows."""
    uri = "http://schemas.microsoft.com/office/word"
    modern = {
        "compatibilityMode": "15",
        "overrideTableStyleFontSizeAndJustification": "1",
        "enableOpenTypeFeatures": "1",
        "doNotFlipMirrorIndents": "1",
        "differentiateMultirowTableHeaders": "1",
    }
    rows = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="{uri}" w:val="{value}"/>'
        for name, value in modern.items()
    )
    return (
        f'{XML}<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat>{rows}</w:compat><w:themeFontLang w:val="en-US"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def document() -> str:
    """Return `word/document.xml`: an empty body on US Letter paper with 1-inch margins."""
    references = (
        '<w:headerReference w:type="default" r:id="rId4"/><w:headerReference w:type="first" r:id="rId5"/>'
        '<w:footerReference w:type="default" r:id="rId6"/><w:footerReference w:type="first" r:id="rId6"/>'
    )
    return (
        f"{XML}<w:document {W} {R}><w:body><w:p/><w:sectPr>{references}"
        '<w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440"'
        ' w:left="1440" w:header="720" w:footer="720" w:gutter="0"/><w:titlePg/></w:sectPr>'
        "</w:body></w:document>"
    )


def font_table() -> str:
    """Return `word/fontTable.xml`: the font, and that another serif may stand in for it."""
    return (
        f'{XML}<w:fonts {W}><w:font w:name="{FONT}"><w:altName w:val="Liberation Serif"/>'
        '<w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )


def theme() -> str:
    """Return `word/theme/theme1.xml`, which Word wants even where no style uses it."""
    colors = {
        "dk1": "000000", "lt1": "FFFFFF", "dk2": "1F1F1F", "lt2": "ECEFF2", "accent1": "2F5D8A",
        "accent2": "9C1C1C", "accent3": "4F7A4F", "accent4": "7A5C8A", "accent5": "3E7C84",
        "accent6": "A0702C", "hlink": "1F4E99", "folHlink": "6B4E8A",
    }  # fmt: skip
    scheme = "".join(f'<a:{k}><a:srgbClr val="{v}"/></a:{k}>' for k, v in colors.items())
    font = f'<a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{XML}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Necessity">'
        f'<a:themeElements><a:clrScheme name="Necessity">{scheme}</a:clrScheme>'
        f'<a:fontScheme name="Necessity"><a:majorFont>{font}</a:majorFont>'
        f"<a:minorFont>{font}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Necessity"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        "</a:fmtScheme></a:themeElements></a:theme>"
    )


def relationships(targets: dict[str, tuple[str, str]]) -> str:
    """Return a relationship part: id → (type, target)."""
    rows = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{XML}<Relationships xmlns="{namespace}">{rows}</Relationships>'


def content_types() -> str:
    """Return `[Content_Types].xml`."""
    overrides = {
        "/word/document.xml": f"{CT}.document.main+xml",
        "/word/styles.xml": f"{CT}.styles+xml",
        "/word/settings.xml": f"{CT}.settings+xml",
        "/word/numbering.xml": f"{CT}.numbering+xml",
        "/word/fontTable.xml": f"{CT}.fontTable+xml",
        "/word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        "/word/header.xml": f"{CT}.header+xml",
        "/word/header_first.xml": f"{CT}.header+xml",
        "/word/footer.xml": f"{CT}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    }
    rows = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items()
    )
    return (
        f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def core_properties() -> str:
    """Return `docProps/core.xml`, empty of people: the renderer writes a paper's own."""
    return (
        f'{XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:language>en-US</dc:language></cp:coreProperties>'
    )


def app_properties() -> str:
    """Return `docProps/app.xml`."""
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return f'{XML}<Properties xmlns="{namespace}"><Application>Necessity</Application></Properties>'


def frame() -> bytes:
    """Return the frame's bytes."""
    style_part = styles().encode()
    ids = style_ids(style_part)
    sections = {
        "word/header_first.xml": ("w:hdr", FIRST_HEADER),
        "word/header.xml": ("w:hdr", HEADER),
        "word/footer.xml": ("w:ftr", FOOTER),
    }
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(
            {
                "rId1": (f"{RT}/officeDocument", "word/document.xml"),
                "rId2": (core, "docProps/core.xml"),
                "rId3": (f"{RT}/extended-properties", "docProps/app.xml"),
            }
        ),
        "word/_rels/document.xml.rels": relationships(
            {
                "rId1": (f"{RT}/styles", "styles.xml"),
                "rId2": (f"{RT}/settings", "settings.xml"),
                "rId3": (f"{RT}/numbering", "numbering.xml"),
                "rId4": (f"{RT}/header", "header.xml"),
                "rId5": (f"{RT}/header", "header_first.xml"),
                "rId6": (f"{RT}/footer", "footer.xml"),
                "rId7": (f"{RT}/fontTable", "fontTable.xml"),
                "rId8": (f"{RT}/theme", "theme/theme1.xml"),
            }
        ),
        "word/document.xml": document(),
        "word/settings.xml": settings(),
        "word/numbering.xml": numbering(),
        "word/fontTable.xml": font_table(),
        "word/theme/theme1.xml": theme(),
        "docProps/core.xml": core_properties(),
        "docProps/app.xml": app_properties(),
    }
    own = {
        part: section_part(ids, tag, parse_outline(text).blocks("body") or ())
        for part, (tag, text) in sections.items()
    }
    encoded = {name: text.encode() for name, text in parts.items()}
    return write_parts(encoded | own | {"word/styles.xml": style_part}, compressed=False)


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else FRAME
    out.write_bytes(frame())
    print(f"made {out.name}: {out.stat().st_size} bytes")
