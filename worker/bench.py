"""What a worker process opens once, before its first job, and every job then uses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from casework.knowledge_base import Knowledge, load_knowledge
from settings import Settings, read_settings
from storage.store import Store, open_store
from worker.templates import Templates


@dataclass(frozen=True)
class Bench:
    """The settings, the store, the rules and the compiled templates of one process."""

    settings: Settings
    store: Store
    knowledge: Knowledge
    templates: Templates


def open_bench(settings: Settings) -> Bench:
    """Open the store, load the knowledge and compile every template.

    Raises:
        StorageFault, BrokenKnowledge, NoTemplate, BrokenTemplate: nothing can be written like this.
    """
    knowledge = load_knowledge(settings.knowledge)
    templates = Templates()
    templates.load(knowledge.kinds.values())
    return Bench(settings, open_store(settings), knowledge, templates)


@cache
def process_bench() -> Bench:
    """Return the bench of this process, opened from its environment at the first call."""
    return open_bench(read_settings())
