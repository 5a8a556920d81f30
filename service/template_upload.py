"""Reading an upload: a Word file as a form or as the whole body, and the place it is for."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from casework.documents import place_problems
from casework.problems import InvalidCase, Problem
from service.errors import Refused
from service.json_body import received
from service.parts import caller, parts
from storage.media import WORD
from storage.records import NewTemplate, TemplatePlace

FILE_BYTES = 5 * 1024 * 1024
FORM_BYTES = FILE_BYTES + 16 * 1024  # a form has something around its file
NO_FILE = Problem(
    "/file",
    "no_file",
    "is missing or empty: send the .docx as the field `file`, or as the whole body",
)
_RAW = (WORD, "application/octet-stream")


def read_upload() -> NewTemplate:
    """Return the template that the request brings.

    Raises:
        InvalidCase: an unknown kind, variant or language, or no file (422).
        Refused: neither a form nor a Word file (415).
        RequestEntityTooLarge: more than 5 MB (413).
    """
    content = read_word_file()
    given = {**request.args.to_dict(), **request.form.to_dict()}
    place = checked_place(given, none=not content)
    return NewTemplate(caller().account_id, caller().actor, place, content)


def read_word_file() -> bytes:
    """Return the file that comes as a form's field `file`, or as the whole body; may be empty.

    Raises:
        Refused: neither a form nor a Word file (415).
        RequestEntityTooLarge: more than 5 MB (413).
    """
    request.max_content_length = FORM_BYTES
    content = received(_content)
    if len(content) > FILE_BYTES:
        raise RequestEntityTooLarge
    return content


def checked_place(given: Mapping[str, str], *, none: bool = False) -> TemplatePlace:
    """Return the place {kind, variant, language}; `none`: and there is no file.

    Raises:
        InvalidCase: with every problem at once.
    """
    problems = list(place_problems(given, parts().knowledge))
    if none:
        problems.append(NO_FILE)
    if problems:
        raise InvalidCase(tuple(problems))
    return TemplatePlace(given["kind"], given.get("variant") or "", given.get("language") or "en")


def _content() -> bytes:
    if request.mimetype == "multipart/form-data":
        file = request.files.get("file")
        return b"" if file is None else file.read(FILE_BYTES + 1)
    if request.mimetype not in _RAW:
        raise Refused(
            "unsupported_media_type",
            f"Send a form (multipart/form-data) with the field `file`, or the file as {WORD}.",
        )
    return request.get_data(cache=False)
