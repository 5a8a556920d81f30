"""Writing one paper: its context, its template, the gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from casework.context import CaseContext, case_context, paper_context
from casework.findings_model import Finding
from casework.knowledge_base.model import Knowledge
from casework.review import review
from storage.media import WORD
from storage.records import WrittenDocument
from worker.gate import check_document
from worker.render import Printed, passages_in, render
from worker.templates import ChosenTemplate, NoTemplate, TemplateSource


@dataclass(frozen=True)
class Draft:
    """What all papers of a packet share; made once, from the case as it was accepted."""

    context: CaseContext
    findings: tuple[Finding, ...]
    sample: bool
    knowledge_version: str


class Paper(Protocol):
    """What is to be written, as a plan or a row names it."""

    @property
    def kind(self) -> str: ...
    @property
    def variant(self) -> str: ...
    @property
    def language(self) -> str: ...


def open_case(case: Mapping[str, Any], knowledge: Knowledge, today: date, *, sample: bool) -> Draft:
    """Review the case on its letter date and make what its papers share."""
    reviewed = review(case, knowledge, today)
    context = case_context(case, reviewed, knowledge, today)
    return Draft(context, reviewed.findings, sample, knowledge.version)


def write_document(draft: Draft, paper: Paper, templates: TemplateSource) -> WrittenDocument:
    """Return the finished paper, checked by the gate.

    Raises:
        NoTemplate, BrokenTemplate, RenderFailed, GateFailed: no text of these holds patient data.
    """
    kind = draft.context.facts.knowledge.kinds.get(paper.kind)
    if kind is None:
        raise NoTemplate(f"the kind {paper.kind} is not known to this version")
    layout = kind.of(paper.variant).layout
    chosen = templates.choose(paper.kind, paper.variant, paper.language, layout)
    template = chosen.template
    tree = paper_context(
        draft.context, paper.kind, paper.variant, paper.language, sample=draft.sample
    )
    rendered = render(template, tree)
    body = check_document(rendered.docx, template, tree, rendered.filled)
    passages = passages_in(body, tree)
    return WrittenDocument(
        content=rendered.docx,
        media_type=WORD,
        template_version=chosen.version,
        draft=rendered.draft,
        missing=rendered.missing,
        findings=_concerning(
            draft.findings,
            {*kind.requires, *kind.optional, *rendered.missing, *_pointers(passages)},
        ),
        provenance={
            "knowledge_version": draft.knowledge_version,
            "template_version": chosen.version,
            "template": _told(chosen),
            "passages": [each.to_json() for each in passages],
        },
    )


def _told(chosen: ChosenTemplate) -> dict[str, Any]:
    return {
        "version": chosen.version,
        "number": chosen.number,
        "sha256": chosen.template.sha256,
        "built_in": chosen.number is None,
    }


def _pointers(passages: Iterable[Printed]) -> Iterator[str]:
    return (pointer for each in passages for pointer in each.rests_on)


def _concerning(findings: tuple[Finding, ...], used: set[str]) -> tuple[str, ...]:
    """Return the ids of findings about a fact that a paper prints, asks for or leaves blank."""
    told = (each.id for each in findings if any(_meets(each.pointer, one) for one in used))
    return tuple(dict.fromkeys(told))


def _meets(finding: str, fact: str) -> bool:
    """Say whether one pointer lies at or under the other."""
    if not finding or not fact.startswith("/"):
        return False
    return f"{finding}/".startswith(f"{fact}/") or f"{fact}/".startswith(f"{finding}/")
