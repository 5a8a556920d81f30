"""The one file of a packet's papers to send: joined, checked, with what each passage rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.knowledge_base.kinds import Kind
from casework.sending import lead_of, sent_together
from storage.media import WORD
from storage.records import Claim, DocumentFile, WrittenDocument
from worker.assembly import assemble, bookmark_in_packet, bookmarks_of, misfit
from worker.bench import Bench
from worker.gate import check_assembled


class NotAssembled(Exception):
    """The file would not be what it says it is; `code` is stable, the text without patient data."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class SentPaper:
    """A finished paper that belongs into the file; `id` names it in what is told of the file."""

    id: str
    kind: str
    written: WrittenDocument


def write_assembled(
    papers: Sequence[SentPaper], kinds: Mapping[str, Kind], knowledge_version: str
) -> WrittenDocument:
    """Return the papers, given in their order, as one finished document.

    A paper whose template cannot stand beside the others is left out, and `assembled` says why.

    Raises:
        NotAssembled: there are no papers.
        GateFailed: the file does not hold all of every paper.
    """
    if not papers:
        raise NotAssembled("nothing_to_assemble", "no paper of this packet is sent")
    lead = papers[lead_of(papers, kinds)]
    why = {each.id: misfit(each.written.content, lead.written.content) for each in papers}
    held = [each for each in papers if not why[each.id]]
    contents = [each.written.content for each in held]
    docx = assemble(contents, held.index(lead))
    check_assembled(docx, contents)
    return WrittenDocument(
        content=docx,
        media_type=WORD,
        template_version=None,
        draft=any(each.written.draft for each in held),
        missing=_each_once(held, "missing"),
        findings=_each_once(held, "findings"),
        provenance={
            "knowledge_version": knowledge_version,
            "template_version": None,
            "passages": list(_passages(docx, held)),
        },
        assembled={
            "documents": [each.id for each in held],
            "left_out": [{"id": each.id, "why": why[each.id]} for each in papers if why[each.id]],
        },
    )


def assembled_document(claim: Claim, bench: Bench) -> WrittenDocument | None:
    """Return the one file of the claimed packet's stored papers; None when the claim is lost.

    Raises:
        NotAssembled: a paper that belongs into it could not be written.
        GateFailed: as `write_assembled`.
    """
    packet = bench.store.packets.find(claim.account_id, claim.packet_id)
    papers = [each for each in packet.documents if each.media_type == WORD]
    wanted = sent_together(papers, bench.knowledge.kinds)
    if any(each.status != "ready" for each in wanted):
        raise NotAssembled("paper_missing", "a paper that belongs into it could not be written")
    files = [bench.store.attempts.read_document(claim, each.id) for each in wanted]
    if None in files:
        return None
    sent = [_sent(file) for file in files if file is not None]
    return write_assembled(sent, bench.knowledge.kinds, claim.knowledge_version)


def _sent(file: DocumentFile) -> SentPaper:
    paper = file.document
    written = WrittenDocument(
        content=file.content,
        media_type=paper.media_type,
        template_version=paper.template_version,
        draft=paper.draft,
        missing=paper.missing,
        findings=paper.findings,
        provenance=file.provenance,
    )
    return SentPaper(paper.id, paper.kind, written)


def _each_once(papers: Sequence[SentPaper], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for each in papers for one in getattr(each.written, name)))


def _passages(docx: bytes, papers: Sequence[SentPaper]) -> Iterator[dict[str, Any]]:
    """Yield the papers' passages in the file's order, read back from its bookmarks."""
    known = {
        name: {**passage, "bookmark": name, "document": paper.id}
        for number, paper in enumerate(papers, 1)
        for passage in paper.written.provenance.get("passages", ())
        for name in [bookmark_in_packet(passage["bookmark"], number)]
    }
    return (known[name] for name in bookmarks_of(docx) if name in known)
