"""A packet's PDF documents, each made from the Word document that is stored beside it."""

from __future__ import annotations

from storage.media import PDF, WORD
from storage.records import Claim, Document, WrittenDocument
from worker.bench import Bench
from worker.pdf import NoPdf, count_pages, to_pdf


def pdf_document(claim: Claim, document: Document, bench: Bench) -> WrittenDocument | None:
    """Return the PDF of a stored Word document and note its pages; None when the claim is lost.

    Raises:
        NoPdf: there is no Word document, or LibreOffice made nothing of it.
    """
    word = _word_of(claim, document, bench)
    file = bench.store.attempts.read_document(claim, word.id)
    if file is None:
        return None
    pdf = to_pdf(file.content)
    pages = count_pages(pdf)
    if not bench.store.attempts.note_pages(claim, word.id, pages):
        return None
    return WrittenDocument(
        content=pdf,
        media_type=PDF,
        template_version=word.template_version,
        draft=word.draft,
        missing=word.missing,
        findings=word.findings,
        pages=pages,
        provenance={"knowledge_version": claim.knowledge_version, "made_from": word.id},
        assembled=word.assembled,
    )


def _word_of(claim: Claim, document: Document, bench: Bench) -> Document:
    packet = bench.store.packets.find(claim.account_id, claim.packet_id)
    for each in packet.documents:
        if each.media_type == WORD and _name(each) == _name(document):
            if each.status == "ready":
                return each
            break
    raise NoPdf("word_missing", "the Word document that it is made from could not be written")


def _name(document: Document) -> tuple[str, str, str]:
    return (document.kind, document.variant, document.language)
