"""The templates that an account's papers are written from: its own where it has any, else ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from storage.faults import Erased, NotFound
from storage.records import Claim, TemplatePlace, TemplateVersion
from storage.templates import ClinicTemplates
from worker.bench import Bench
from worker.templates import ChosenTemplate, NoTemplate, Templates, nearest


class AccountTemplates:
    """Ours, with an account's versions laid over them, place by place.

    A clinic's version stands where our template of the same place would stand: one for a kind also
    writes the variants that have no template of their own.
    """

    def __init__(
        self,
        built_in: Templates,
        active: Callable[[str], Mapping[TemplatePlace, TemplateVersion]],
        read: Callable[[TemplateVersion], bytes],
    ) -> None:
        self._built_in = built_in
        self._active = active
        self._read = read

    def choose(self, kind: str, variant: str, language: str, layout: str) -> ChosenTemplate:
        """Return the nearest template, the clinic's before ours where both stand.

        Raises:
            NoTemplate: there is none.
            BrokenTemplate: it cannot be used.
            StorageFault: the clinic's cannot be read.
        """
        active = self._active(kind)
        for folder, spoken in nearest(variant, layout, "", language=language):
            own = active.get(TemplatePlace(kind, folder, spoken))
            if own is not None:
                return self._compiled(own)
            if self._built_in.has(kind, folder, spoken):
                return self._built_in.choose(kind, folder, spoken, "")
        raise NoTemplate(f"there is no template for {kind}")

    def _compiled(self, version: TemplateVersion) -> ChosenTemplate:
        template = self._built_in.uploaded(version.sha256, lambda: self._read(version))
        return ChosenTemplate(template, version.id, version.number)


class OneTemplate:
    """One version for every paper: what a preview is written from."""

    def __init__(self, chosen: ChosenTemplate) -> None:
        self._chosen = chosen

    def choose(self, *_place: str) -> ChosenTemplate:
        """Return the one."""
        return self._chosen


def templates_for(claim: Claim, bench: Bench) -> AccountTemplates | OneTemplate:
    """Return what writes a claimed packet's papers: the account's active versions as of now.

    A packet that previews a version is written from that one, in use or not.

    Raises:
        NoTemplate: the version to preview was erased.
        BrokenTemplate, StorageFault: it cannot be used.
    """
    store = bench.store.templates
    if claim.previews is None:
        read = _reader(store, claim.account_id)
        active = partial(store.active, claim.account_id)
        return AccountTemplates(bench.templates, active, read)
    try:
        file = store.open(claim.account_id, claim.previews)
    except (NotFound, Erased):
        raise NoTemplate("the template to preview was erased") from None
    template = bench.templates.uploaded(file.version.sha256, lambda: file.content)
    return OneTemplate(ChosenTemplate(template, file.version.id, file.version.number))


def _reader(store: ClinicTemplates, account_id: str) -> Callable[[TemplateVersion], bytes]:
    def read(version: TemplateVersion) -> bytes:
        return store.open(account_id, version.id).content

    return read
