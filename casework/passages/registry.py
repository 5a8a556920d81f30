"""Every passage by the name that a template chooses it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from casework.drafting import Drafting
from casework.facts import Facts
from casework.passages import (
    appeal,
    appointing,
    ask,
    assistance,
    claim_file,
    close,
    complaint,
    continuing,
    criteria,
    external,
    guide,
    inquiry,
    network_gap,
    news,
    organizing,
    patient,
    peer_brief,
    peer_request,
    plan,
    so_far,
    superbill,
    tried,
    voice,
    why,
)
from casework.passages.speaker import Speaker
from casework.said import Said

Passage = Callable[[Drafting], tuple[Said, ...]]
Spoken = Callable[[Facts, Speaker], tuple[Said, ...]]


def _plain(write: Callable[[Facts], tuple[Said, ...]]) -> Passage:
    return lambda drafting: write(drafting.facts)


def _spoken(write: Spoken) -> Passage:
    return lambda drafting: write(drafting.facts, drafting.speaker)


def _of_denial(write: Spoken) -> Passage:
    return lambda drafting: (
        write(drafting.facts, drafting.speaker) if drafting.facts.case.get("denial") else ()
    )


PASSAGES: Mapping[str, Passage] = MappingProxyType(
    {
        "ask": _plain(ask.ask),
        "urgency": _plain(ask.urgency),
        "patient": _plain(patient.patient),
        "function": _plain(patient.function),
        "severity": _spoken(patient.severity),
        "tried": _plain(tried.tried),
        "current_medicine": _plain(tried.current_medicine),
        "psychotherapy": _plain(tried.psychotherapy),
        "procedures": _plain(tried.procedures),
        "so_far": _plain(so_far.so_far),
        "criteria": _spoken(criteria.criteria),
        "label": _plain(why.label),
        "evidence": _plain(why.evidence),
        "why_treatment": _plain(why.why),
        "plan": _plain(plan.plan),
        "close": _spoken(close.close),
        "opening": _of_denial(appeal.opening),
        "answer_in_short": _of_denial(appeal.answer_in_short),
        "new_information": _of_denial(
            lambda facts, _speaker: news.new_facts(facts, to_reader=True)
        ),
        "rights": _of_denial(appeal.rights),
        "appeal_ask": _of_denial(appeal.appeal_ask),
        "file_asked": _spoken(claim_file.file_asked),
        "file_items": _plain(claim_file.file_items),
        "file_rights": _plain(claim_file.file_rights),
        "file_close": _spoken(claim_file.file_close),
        "plan_documents_asked": _spoken(claim_file.plan_documents_asked),
        "gap_asked": _spoken(network_gap.gap_asked),
        "gap_shown": _plain(network_gap.gap_shown),
        "gap_terms": _spoken(network_gap.gap_terms),
        "itemized": _plain(superbill.itemized),
        "aid_asked": _spoken(assistance.aid_asked),
        "aid_need": _plain(assistance.aid_need),
        "aid_terms": _plain(assistance.aid_terms),
        "aid_program": _plain(assistance.aid_program),
        "aid_savings": _spoken(assistance.aid_savings),
        "exhibits_counted": _plain(organizing.exhibits_counted),
        "tracker_note": _plain(organizing.tracker_note),
        "gain": _plain(continuing.gain),
        "spacing": _plain(continuing.spacing),
        "course_given": _plain(so_far.course_given),
        "ends": _plain(continuing.ends),
        **{f"voice_{part}": _plain(voice.voice(part)) for part in voice.PARTS},
        "appointment": _plain(appointing.appointment),
        "review_asked": _spoken(external.review_asked),
        "review_open": _plain(external.review_open),
        "review_ask": _spoken(external.review_ask),
        "complaint": _of_denial(complaint.complaint),
        "complaint_rules": _of_denial(lambda facts, _speaker: complaint.complaint_rules(facts)),
        "complaint_ask": _of_denial(lambda _facts, speaker: complaint.complaint_ask(speaker)),
        "call_asked": _plain(peer_request.call_asked),
        "call_points": _plain(peer_request.call_points),
        "call_terms": _plain(peer_request.call_terms),
        "guide_where": guide.guide_where,
        "guide_dates_note": guide.guide_dates_note,
        "guide_rights": guide.guide_rights,
        "guide_if_no": guide.guide_if_no,
        "crisis_line": guide.crisis_line,
        "call_opening": inquiry.call_opening,
        "inquiry_asked": inquiry.inquiry_asked,
        "inquiry_close": inquiry.inquiry_close,
        "brief_ask": _plain(peer_brief.brief_ask),
        "brief_facts": _plain(peer_brief.brief_facts),
        "brief_not_met": _plain(peer_brief.brief_not_met),
        "brief_not_claimed": _plain(peer_brief.brief_not_claimed),
        "brief_file": _plain(peer_brief.brief_file),
    }
)
"""A passage gives its paragraphs, or nothing where the case has nothing for it."""
