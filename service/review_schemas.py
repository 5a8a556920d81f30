"""The shape of a review."""

from __future__ import annotations

from marshmallow import fields

from service.documented import Answered, count, many, maybe, number, one_of, pointers, text, texts


class Finding(Answered):
    """Something a reviewer at the plan would notice."""

    id = text("stable name of the finding", "no_current_antidepressant")
    severity = one_of(("blocker", "weakness", "note"), "how much it hurts")
    message = text("what was found")
    pointer = text("where in the case", "/trials")
    why_it_matters = text("what a reviewer makes of it")
    source = maybe("where the rule stands")


class Said(Answered):
    """A sentence with the facts it rests on."""

    text = text("the sentence")
    from_ = fields.List(
        fields.String(),
        required=True,
        data_key="from",
        metadata={"description": "case pointers and knowledge ids behind it"},
    )


class Trial(Answered):
    """A medication trial, judged."""

    pointer = text("where in the case", "/trials/0")
    medication = text("the medicine", "escitalopram")
    class_ = text("its class; empty where the medicine is not in the library", "ssri")
    class_.data_key = "class"
    adequate = one_of(("yes", "no", "unknown"), "dose and weeks alone")
    role = one_of(("antidepressant", "augmentation", "other"), "what it counts as")
    weeks = count("about how many weeks it lasted; null where a date is missing")
    max_dose_mg_per_day = fields.Float(
        required=True, allow_none=True, metadata={"description": "milligrams a day"}
    )
    outcome = text("how it ended", "no_response")
    reasons = texts("why so")


class Trials(Answered):
    """All trials and their count."""

    items = many(Trial, "each trial of the case")
    adequate_failures = number("adequate antidepressants of this episode without lasting response")
    classes = number("distinct classes among them")


class Criterion(Answered):
    """A criterion of the payer, held against the case."""

    id = text("its id")
    text = text("its words")
    status = one_of(("met", "not_met", "unknown"), "held against the case")
    because = many(Said, "the facts that decide it")
    needs = pointers("the fields that would settle an unknown")


class Criteria(Answered):
    """The payer's criteria."""

    policy = maybe("id or title of the policy")
    source = fields.Raw(required=True, metadata={"description": "where it stands"})
    checked = maybe("when we read it")
    items = many(Criterion, "each criterion")


class Deadline(Answered):
    """A date that somebody owes something by."""

    id = text("stable name of the rule")
    title = text("what is due")
    due = maybe("a date, or an instant with offset for rules in hours", "2027-03-30")
    owed_by = one_of(("member", "provider", "plan", "reviewer", "agency"), "who must act")
    event = text("what it runs from", "denial_notice_received")
    event_words = text("the same in words")
    event_date = maybe("when that was; null where it is not known", "2026-10-01")
    event_pointer = text("the field of the case, or the packet's event, that tells when that was")
    urgency = one_of(("standard", "expedited"), "at which speed")
    counted = text("how the days were counted")
    citation = text("the rule")
    source = text("where it was read")
    certainty = one_of(
        ("certain", "working_target", "no_date"),
        "whether a letter may print the date, or only staff may plan by it",
    )
    working_target = maybe("the business day before a due day that is none", "2027-03-26")
    days_left = count("days from today, at this read")
    met_on = maybe("the day on which what it asks for was done, as the packet's events say")
    overdue = fields.Boolean(
        required=True,
        metadata={"description": "whether its day passed before it was met, or is not met yet"},
    )


class DenialReason(Answered):
    """A reason for denial and what answers it."""

    id = text("id in the taxonomy", "step_therapy_not_met")
    title = text("its name")
    stated = texts("its words and codes, as the notice says them")
    matched = texts("the phrases by which it was recognized")
    rebuttal = many(Said, "what answers it, from case and evidence")


class Evidence(Answered):
    """A study or guideline that the papers would cite."""

    id = text("its id", "murrough_2013_rct")
    citation = text("its citation")
    supports = text("the claim it supports, or `against` and the claim")


class Recommended(Answered):
    """A document the situation calls for."""

    kind = text("document kind", "appeal_letter")
    variant = text("its variant; empty for the kind's own layout")
    why = text("the reason")


class Review(Answered):
    """What the papers would argue, and what a reviewer would find."""

    knowledge_version = text("the version of the rules used")
    findings = many(Finding, "in the order a reviewer would use them")
    trials = fields.Nested(Trials, required=True)
    criteria = fields.Nested(Criteria, required=True, allow_none=True)
    deadlines = many(Deadline, "what is due, by when, under which rule")
    denial_reasons = many(DenialReason, "each stated reason with its answer")
    evidence = many(Evidence, "what would be cited")
    situation = texts("where on the road the case is, the most telling first")
    recommended_documents = many(Recommended, "what to write, and why")
