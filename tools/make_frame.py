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

from tools.frame_styles import FONT, XML, W, numbering, styles  # noqa: E402 - a script finds its checkout first
from worker.outline.build import section_part, style_ids  # noqa: E402
from worker.outline.parse import parse_outline  # noqa: E402
from worker.render.package import write_parts  # noqa: E402

FRAME = ROOT / "templates_docx" / "_frame.docx"

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

R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
CT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


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
    """Return `word/document.xml`: an empty body on US Letter paper, 0.8 inch at the sides."""
    references = (
        '<w:headerReference w:type="default" r:id="rId4"/><w:headerReference w:type="first" r:id="rId5"/>'
        '<w:footerReference w:type="default" r:id="rId6"/><w:footerReference w:type="first" r:id="rId6"/>'
    )
    return (
        f"{XML}<w:document {W} {R}><w:body><w:p/><w:sectPr>{references}"
        '<w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1080" w:right="1152" w:bottom="1080"'
        ' w:left="1152" w:header="576" w:footer="576" w:gutter="0"/><w:titlePg/></w:sectPr>'
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
