"""Filling Word templates: compile once, render many, the same bytes every time."""

from __future__ import annotations

from worker.render.faults import BrokenTemplate, RenderFailed, TemplateFault
from worker.render.fill import Rendered, printed_passages, render
from worker.render.finish import bookmark_name
from worker.render.template import Template, compile_template

__all__ = [
    "BrokenTemplate",
    "RenderFailed",
    "Rendered",
    "Template",
    "TemplateFault",
    "bookmark_name",
    "compile_template",
    "printed_passages",
    "render",
]
