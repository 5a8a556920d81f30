"""Files that are no .docx, recognized by their content, each with what to save as in Word.

A file's name says nothing: a .docm renamed is a .docm. Strict Open XML has its own namespaces, which
neither the renderer nor many plans' systems read.
"""

from __future__ import annotations

import io
import re
import zipfile

from worker.render.faults import TemplateFault

_SAVE = "Open it in Word and choose File, Save As, Word Document (.docx)."
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BY_START = (
    (rb"\{\\rtf", "a Rich Text file (.rtf)", _SAVE),
    (rb"%PDF", "a PDF", "Start from the Word file that it was made from; a PDF cannot be filled."),
    (rb"MIME-Version", "a web archive (.mht)", _SAVE),
    (rb"\s*(\xef\xbb\xbf)?\s*<(!DOCTYPE html|html)", "a web page", _SAVE),
    (rb"\s*(\xef\xbb\xbf)?\s*<\?xml.*(pkg:package|w:wordDocument)", "a Word XML file", _SAVE),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "a picture", "Insert the picture into a Word file."),
)
_BY_MIME = {
    b"application/vnd.oasis.opendocument.text": "an OpenDocument text (.odt)",
    b"application/vnd.oasis.opendocument.text-template": "an OpenDocument template (.ott)",
    b"application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument spreadsheet (.ods)",
}
_BY_MAIN_TYPE = (
    (
        rb"ms-word\.(document|template)\.macroEnabled(Template)?\.main",
        "a Word file with macros (.docm or .dotm), whatever its name says",
        "Choose File, Save As, Word Document (.docx) in Word: it leaves the macros out.",
    ),
    (
        rb"wordprocessingml\.template\.main",
        "a Word template file (.dotx)",
        "Choose File, Save As, Word Document (.docx) in Word; a template here is a plain document.",
    ),
    (rb"spreadsheetml|ms-excel", "a spreadsheet (.xlsx)", "Make the template in Word."),
    (rb"presentationml|ms-powerpoint", "a presentation (.pptx)", "Make the template in Word."),
)
_STRICT = b"http://purl.oclc.org/ooxml/"
_MOST_READ = 1 << 20


def other_format(content: bytes) -> TemplateFault | None:
    """Return the fault of a file that is known and no .docx; None for a .docx and for rubbish."""
    if content.startswith(_OLE):
        return _old_word(content)
    for pattern, what, cure in _BY_START:
        if re.match(pattern, content[:4096], re.DOTALL):
            return _fault(what, cure)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _in_zip(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError):
        return None


def _old_word(content: bytes) -> TemplateFault:
    if _ENCRYPTED in content:
        return _fault("protected by a password", "Save it in Word without a password.")
    return _fault("a file of Word 97–2003 (.doc)", _SAVE)


def _in_zip(archive: zipfile.ZipFile) -> TemplateFault | None:
    names = set(archive.namelist())
    if "mimetype" in names:
        what = _BY_MIME.get(_beginning(archive, "mimetype").strip())
        if what:
            return _fault(what, _SAVE)
    if "Index/Document.iwa" in names:
        return _fault("a Pages document", "Choose File, Export To, Word (.docx) in Pages.")
    if "[Content_Types].xml" not in names:
        return None
    types = _beginning(archive, "[Content_Types].xml")
    for pattern, what, cure in _BY_MAIN_TYPE:
        if re.search(pattern, types):
            return _fault(what, cure)
    if "word/document.xml" in names and _STRICT in _beginning(archive, "word/document.xml"):
        cure = "Choose File, Save As, Word Document (.docx), not “Strict Open XML Document”."
        return _fault("a Strict Open XML document", cure)
    return None


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(_MOST_READ)


def _fault(what: str, cure: str) -> TemplateFault:
    return TemplateFault("other_format", f"The file is {what}", cure)
