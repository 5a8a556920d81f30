"""`make templates`: build every kind's template.docx from its template.txt and the one frame.

python -m worker.templates_build              build all
python -m worker.templates_build --check      fail where text, Word file and frame disagree
python -m worker.templates_build --from-text KIND[/VARIANT]
python -m worker.templates_build --to-text KIND[/VARIANT]   after an edit made in Word
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from casework.languages import LANGUAGE_TAGS
from worker.outline import (
    BrokenOutline,
    UnknownStyle,
    build_template,
    parse_outline,
    read_outline,
    unsaid_formatting,
    write_outline,
)
from worker.render.package import read_parts, write_parts

TEMPLATES = Path(__file__).resolve().parent.parent / "templates_docx"
FRAME_NAME = "_frame.docx"
TEXT, WORD = "template.txt", "template.docx"
_SAY_LANGUAGE = ("word/styles.xml", "word/settings.xml")
_PROOFED = re.compile(rb'(<w:(?:lang|themeFontLang) w:val=")[^"]*"')


def frame_for(folder: Path, frame: bytes) -> bytes:
    """Return the frame in the language of the folder, so that Word checks and reads it as such."""
    tag = LANGUAGE_TAGS.get(folder.name, LANGUAGE_TAGS["en"])
    parts = {
        name: _PROOFED.sub(rf'\g<1>{tag}"'.encode(), part) if name in _SAY_LANGUAGE else part
        for name, part in read_parts(frame).items()
    }
    return write_parts(parts, compressed=False)


def template_folders(root: Path = TEMPLATES) -> list[Path]:
    """Return the folders that hold a template's text or Word file, kinds and variants."""
    found = {path.parent for name in (TEXT, WORD) for path in root.rglob(name)}
    return sorted(found)


def build_folder(folder: Path, frame: bytes) -> None:
    """Write template.docx from template.txt, and the text itself in its canonical form.

    Raises:
        BrokenOutline: where a line cannot be read.
        UnknownStyle: where a line names a style the frame lacks.
    """
    outline = parse_outline((folder / TEXT).read_text(encoding="utf-8"))
    (folder / WORD).write_bytes(build_template(outline, frame_for(folder, frame)))
    (folder / TEXT).write_text(write_outline(outline), encoding="utf-8")


def read_folder(folder: Path, frame: bytes) -> tuple[str, ...]:
    """Write template.txt from template.docx; return the formatting that text cannot say."""
    template = (folder / WORD).read_bytes()
    (folder / TEXT).write_text(write_outline(read_outline(template, frame)), encoding="utf-8")
    return unsaid_formatting(template)


def disagreements(folder: Path, frame: bytes) -> Iterator[str]:
    """Say in what the folder's text, its Word file and the frame disagree."""
    for name in (TEXT, WORD):
        if not (folder / name).is_file():
            yield f"{name} is missing"
            return
    text, template = (folder / TEXT).read_text(encoding="utf-8"), (folder / WORD).read_bytes()
    try:
        outline = parse_outline(text)
        built = build_template(outline, frame_for(folder, frame))
    except (BrokenOutline, UnknownStyle) as fault:
        yield str(fault)
        return
    if text != write_outline(outline):
        yield f"{TEXT} is not in its canonical form; run make templates"
    if template != built:
        yield f"{WORD} is not what {TEXT} and the frame give"


@click.command(help=__doc__)
@click.option(
    "--check", is_flag=True, help="Change nothing; fail where text and Word file disagree."
)
@click.option("--from-text", metavar="KIND", help="Build this kind's template.docx.")
@click.option(
    "--to-text", metavar="KIND", help="Write this kind's template.txt from its Word file."
)
@click.option("--root", type=click.Path(path_type=Path), default=TEMPLATES, hidden=True)
def main(check: bool, from_text: str | None, to_text: str | None, root: Path) -> None:
    frame = (root / FRAME_NAME).read_bytes()
    if check:
        _check(template_folders(root), frame, root)
    elif to_text:
        for name in read_folder(root / to_text, frame):
            click.echo(
                f"{to_text}: the text cannot say {name}; it stays in the Word file only", err=True
            )
    else:
        _build([root / from_text] if from_text else template_folders(root), frame, root)


def _check(folders: Iterable[Path], frame: bytes, root: Path) -> None:
    faults = [
        f"{folder.relative_to(root)}: {fault}"
        for folder in folders
        for fault in disagreements(folder, frame)
    ]
    if faults:
        raise click.ClickException("\n".join(faults))


def _build(folders: Iterable[Path], frame: bytes, root: Path) -> None:
    faults = []
    for folder in folders:
        try:
            build_folder(folder, frame)
            click.echo(f"built {folder.relative_to(root)}")
        except (BrokenOutline, UnknownStyle, FileNotFoundError) as fault:
            faults.append(f"{folder.relative_to(root)}: {fault}")
    if faults:
        raise click.ClickException("\n".join(faults))


if __name__ == "__main__":
    main()
