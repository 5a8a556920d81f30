"""Check a template that staff made or changed in Word, and say what is wrong so they can mend it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from worker.confined import TooCostly, answer, confine, run_confined
from worker.gate import GateFailed, check_document
from worker.other_formats import other_format
from worker.other_kinds import other_kind
from worker.render import (
    BrokenTemplate,
    RenderFailed,
    Template,
    TemplateFault,
    compile_template,
    render,
)
from worker.render.names import UnknownName, unknown_names
from worker.render.template import page_text, syntax_tree
from worker.template_text import template_text

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def lint_template(
    docx: bytes, samples: Sequence[Mapping[str, Any]] = (), kind: str = ""
) -> tuple[TemplateFault, ...]:
    """Return every fault of a template, errors and warnings.

    With `samples` (contexts of this kind of paper) its names are held against them and it is
    filled with each, so that what would stop a packet shows here. With `kind` it is told whether
    it is plainly a template for another.
    """
    unread = other_format(docx)
    if unread:
        return (unread,)
    try:
        template = compile_template(docx)
    except BrokenTemplate as broken:
        # What is wrong with the language must not hide what is wrong with the names.
        return (*map(_explained, broken.faults), *_names(broken.sources, samples))
    foreign = other_kind(template_text(docx), kind) if kind else None
    if foreign:
        return (foreign,)
    faults = [*template.warnings, *_names(template.sources, samples)]
    if any(fault.severity == "error" for fault in faults):
        return tuple(faults)
    tried = [fault for sample in samples for fault in _tried(template, sample)]
    return (*faults, *dict.fromkeys(tried))


def _explained(fault: TemplateFault) -> TemplateFault:
    """Add what the template language does not say by itself: the tag, and a cure."""
    tags = _TAG.findall(fault.page_text)
    tag = fault.tag or (tags[0] if len(tags) == 1 else "")
    cure = fault.suggestion
    if fault.code == "tag_syntax" and not cure:
        cure = "A tag holds one name, as in {{ date }}; other words stand outside the braces."
    return replace(fault, tag=tag, suggestion=cure)


def _names(sources: Mapping[str, str], samples: Sequence[Mapping[str, Any]]) -> list[TemplateFault]:
    """Tell each unknown name once a part, where it stands first; without samples none is known."""
    faults = []
    for part, source in sources.items() if samples else ():
        tree = syntax_tree(source)
        first: dict[str, UnknownName] = {}
        for each in unknown_names(tree, samples) if tree else ():
            first.setdefault(each.name, each)
        faults += [_unknown(part, page_text(source, each.line), each) for each in first.values()]
    return faults


def _unknown(part: str, where: str, unknown: UnknownName) -> TemplateFault:
    message = f"No paper of this kind has a value named “{unknown.name}”"
    return TemplateFault("unknown_name", message, unknown.suggestion, part, where, unknown.name)


def _tried(template: Template, sample: Mapping[str, Any]) -> list[TemplateFault]:
    try:
        check_document(render(template, sample).docx, template, sample)
    except RenderFailed as failed:
        return [TemplateFault("cannot_be_filled", str(failed))]
    except GateFailed as failed:
        return [TemplateFault("gate", reason) for reason in failed.reasons]
    return []


@dataclass(frozen=True)
class Checked:
    """What a check says: every fault, and the text of a template that can be used."""

    faults: tuple[TemplateFault, ...]
    text: str = field(default="", repr=False)

    @property
    def usable(self) -> bool:
        """Return whether the template can be used."""
        return all(fault.severity != "error" for fault in self.faults)


def check_confined(
    docx: bytes, samples: Sequence[Mapping[str, Any]] = (), kind: str = ""
) -> Checked:
    """Lint in a child process with limits of time and memory: hostile files never run here."""
    told = {"docx": base64.b64encode(docx).decode(), "samples": list(samples), "kind": kind}
    try:
        said = run_confined("worker.lint", told)
    except TooCostly:
        message = "The template took too much time or memory to check"
        fault = TemplateFault("too_costly", message, "Make it smaller or simpler.")
        return Checked((fault,))
    return Checked(tuple(TemplateFault(**fault) for fault in said["faults"]), said["text"])


def lint_confined(
    docx: bytes, samples: Sequence[Mapping[str, Any]] = (), kind: str = ""
) -> tuple[TemplateFault, ...]:
    """Return the faults that the confined check finds."""
    return check_confined(docx, samples, kind).faults


def _child() -> None:
    told = confine()
    docx = base64.b64decode(told["docx"])
    checked = Checked(lint_template(docx, told["samples"], told["kind"]))
    answer(
        {
            "faults": [fault.to_json() for fault in checked.faults],
            "text": template_text(docx) if checked.usable else "",
        }
    )


if __name__ == "__main__":
    _child()
