"""A template that nobody has checked, filled once to be looked at, in a confined child."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from worker.confined import TooCostly, answer, confine, run_confined
from worker.gate import GateFailed, check_document
from worker.lint import Checked, lint_template
from worker.render import TemplateFault, compile_template, render


def preview_confined(docx: bytes, context: Mapping[str, Any], kind: str) -> bytes | Checked:
    """Return the filled paper; what the check found where the template cannot be used."""
    told = {"docx": base64.b64encode(docx).decode(), "context": context, "kind": kind}
    try:
        said = run_confined("worker.preview", told)
    except TooCostly:
        return Checked((TemplateFault("too_costly", "The template took too much to fill"),))
    if "docx" in said:
        return base64.b64decode(said["docx"])
    return Checked(tuple(TemplateFault(**fault) for fault in said["faults"]))


def _child() -> None:
    told = confine()
    docx, context = base64.b64decode(told["docx"]), told["context"]
    faults = [*lint_template(docx, [context], told["kind"])]
    if all(fault.severity != "error" for fault in faults):
        template = compile_template(docx)
        filled = render(template, context).docx
        try:
            check_document(filled, template, context)
        except GateFailed as failed:
            faults += [TemplateFault("gate", reason) for reason in failed.reasons]
        else:
            answer({"docx": base64.b64encode(filled).decode()})
            return
    answer({"faults": [fault.to_json() for fault in faults]})


if __name__ == "__main__":
    _child()
