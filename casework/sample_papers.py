"""What a template is tried with: the trees of sample papers, from whole invented cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.context import case_context, paper_context
from casework.knowledge_base.kinds import Kind
from casework.knowledge_base.model import Knowledge
from casework.review import review
from casework.schema import load_case


def sample_context(
    kind: Kind, variant: str, language: str, case: Mapping[str, Any], knowledge: Knowledge
) -> dict[str, Any]:
    """Return the tree of one sample paper, marked as a sample, on the kind's sample date.

    Raises:
        InvalidCase: `case` is none.
    """
    loaded, today = load_case(case, knowledge), kind.of(variant).sample_date
    context = case_context(loaded, review(loaded, knowledge, today), knowledge, today)
    return paper_context(context, kind.id, variant, language, sample=True)
