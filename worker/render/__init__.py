"""Filling Word templates: compile once, render many, the same bytes every time."""

from __future__ import annotations

from worker.render.faults import BrokenTemplate, RenderFailed, TemplateFault
from worker.render.fill import Rendered, render
from worker.render.printed import Printed, passages_in, printed_passages
from worker.render.template import Template, compile_template

__all__ = [
    "BrokenTemplate",
    "Printed",
    "RenderFailed",
    "Rendered",
    "Template",
    "TemplateFault",
    "compile_template",
    "passages_in",
    "printed_passages",
    "render",
]
