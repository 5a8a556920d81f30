"""What a browser would send of a form as it was loaded."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__(convert_charrefs=True)
        self._form_id = form_id
        self._inside = False
        self._open = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = said.get("id", "") == self._form_id
        if not self._inside:
            return
        name = said.get("name", "")
        if tag == "input" and name:
            self.fields[name] = said.get("value", "")
        if tag in ("textarea", "select"):
            self._open = name if tag == "textarea" else f"{name}"
            self.fields[name] = ""
        if tag == "option" and "selected" in said:
            self.fields[self._open] = said["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._open = ""
        if tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside and self._open and self.get_starttag_text().startswith("<textarea"):  # type: ignore[union-attr]
            self.fields[self._open] += data


def fields_of(page: str, form_id: str = "case-form") -> dict[str, str]:
    """Return the fields of a page's form by name, buttons left out."""
    parser = _Form(form_id)
    parser.feed(page)
    return parser.fields
