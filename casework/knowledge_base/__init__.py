"""The rules in use: loaded once, checked, the same for every case."""

from casework.knowledge_base.faults import BrokenKnowledge
from casework.knowledge_base.load import is_complete, load_knowledge
from casework.knowledge_base.model import Knowledge

__all__ = ["BrokenKnowledge", "Knowledge", "is_complete", "load_knowledge"]
