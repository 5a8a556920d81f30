"""The case, section by section: the only list of names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from casework.schema.codes import (
    ClaimCode,
    Email,
    Icd10,
    Language,
    Modifier,
    Ndc,
    Npi,
    Phone,
    PlaceOfService,
    PostalCode,
    RowId,
    ServiceCode,
    State,
    TaxId,
)
from casework.schema.fields import (
    Choice,
    Day,
    Flag,
    Line,
    Moment,
    Money,
    Number,
    PartDay,
    Prose,
    TimeOfDay,
    Whole,
)
from casework.schema.parts import Named, OneOf, Open, Rows, Section

Parts = Mapping[str, fields.Field[Any]]

OUTCOMES = (
    "no_response", "partial_response", "response_lost", "intolerance", "nonadherence", "responded",
    "ongoing", "unknown",
)  # fmt: skip
THERAPY_OUTCOMES = (*OUTCOMES, "no_lasting_benefit")
STATUSES = ("offered", "declined", "contraindicated", "not_tried")


def _lines(label: str, description: str, most: int = 500) -> Rows:
    return Rows(label, description, Line(label, description, most=most))


def _address(whose: str) -> Section:
    return Section(
        f"{whose} address",
        f"The {whose} postal address.",
        {
            "lines": Rows(
                f"street of the {whose} address",
                "Street lines.",
                Line("street line", "One line."),
                most=4,
            ),
            "city": Line(f"city of the {whose} address", "The city."),
            "state": State(f"state of the {whose} address", "Two letters."),
            "postal_code": PostalCode(f"ZIP code of the {whose} address", "Five digits, or nine."),
        },
    )


def _exhibit(what: str) -> RowId:
    return RowId(f"exhibit that shows {what}", "The id of an exhibit listed under exhibits.")


def _network(whose: str) -> Choice:
    return Choice(
        f"network status of the {whose}",
        "In or out of the plan’s network.",
        ("in", "out", "unknown"),
    )


def _change() -> Section:
    return Section(
        "measured change",
        "The same scale before and after.",
        {
            "scale": Line("scale of the change", "A scale’s id.", required=True),
            "from": Number("score before", "The score before.", least=0, most=500, required=True),
            "to": Number("score after", "The score after.", least=0, most=500, required=True),
        },
    )


PATIENT: Parts = {
    "first_name": Line("patient’s first name", "As on the insurance card.", required=True),
    "middle_name": Line("patient’s middle name", "A name or an initial."),
    "last_name": Line("patient’s last name", "As on the insurance card.", required=True),
    "suffix": Line("patient’s name suffix", "Jr., III.", most=20),
    "preferred_name": Line("name the patient goes by", "Not printed to payers."),
    "title": Line("patient’s title", "Ms., Mr., Mx., Dr.; never inferred.", most=20),
    "pronouns": Line("patient’s pronouns", "she, he or they; never inferred.", most=30),
    "date_of_birth": Day("patient’s date of birth", "A full date.", required=True, event=False),
    "sex": Choice(
        "patient’s sex on record",
        "As the plan records it.",
        ("female", "male", "intersex", "X", "unknown", "other"),
    ),
    "address": _address("patient’s"),
    "phone": Phone("patient’s phone", "With area code."),
    "email": Email("patient’s email", "One address."),
    "preferred_language": Language("language the patient prefers", "A language tag."),
}

_PAYER: Parts = {
    "name": Line("payer’s name", "Who decides on the request.", required=True),
    "department": Line("payer’s department", "As on its letters."),
    "address": _address("payer’s"),
    "phone": Phone("payer’s phone", "With area code."),
    "fax": Phone("payer’s fax", "With area code."),
    "portal": Line("payer’s portal", "An address on the web.", most=500),
}

_SUBSCRIBER: Parts = {
    "relationship": Choice(
        "patient’s relationship to the subscriber",
        "The patient is …",
        ("self", "spouse", "child", "other"),
    ),
    "name": Line("subscriber’s name", "If not the patient."),
    "date_of_birth": Day("subscriber’s date of birth", "A full date.", event=False),
    "sex": Choice(
        "subscriber’s sex on record",
        "As the plan records it.",
        ("female", "male", "intersex", "X", "unknown", "other"),
    ),
    "address": _address("subscriber’s"),
}

_CRITERION: Parts = {
    "id": RowId("id of the criterion", "Short and plain."),
    "text": Prose("words of the criterion", "The payer’s own words.", required=True, most=4_000),
    "kind": Line("kind of the criterion", "One of the closed list; left out: words only."),
    "parameters": Open(
        "parameters of the criterion", "Those of its kind; docs/criteria.md lists them."
    ),
    "exhibit": _exhibit("the criterion"),
}

INSURANCE: Parts = {
    "payer": Section("payer", "The payer.", _PAYER, required=True),
    "plan_name": Line("plan’s name", "As on the card."),
    "plan_type": Line("plan type", "An id of the laws’ plan types, church_plan or unknown.", required=True),
    "state": State("state whose insurance law governs the plan", "Two letters."),
    "member_id": Line("member ID", "As on the card.", most=60),
    "group_number": Line("group number", "As on the card.", most=60),
    "subscriber": Section("subscriber", "Who holds the policy.", _SUBSCRIBER),
    "funding": Choice("funding of the plan", "Who bears the cost.", ("self_funded", "fully_insured", "unknown")),
    "plan_administrator": Section("plan administrator", "Often the employer.", {
        "name": Line("plan administrator’s name", "As in the plan document."),
        "address": _address("plan administrator’s"),
        "phone": Phone("plan administrator’s phone", "With area code."),
        "fax": Phone("plan administrator’s fax", "With area code."),
    }),
    "policy": Line("known payer policy", "The id of a policy in the knowledge."),
    "criteria": Section("payer’s criteria", "Typed in from the payer’s text.", {
        "title": Line("title of the payer’s criteria", "Name and number of the policy.", most=300),
        "effective": PartDay("date the criteria took effect", "As on the policy.", event=False),
        "items": Rows("payer’s criteria", "One row a criterion.", Section("criterion", "One criterion.", _CRITERION), most=60),
    }),
    "plan_definitions": Rows("plan’s definitions", "Quoted from the plan document.", Section("definition", "One definition.", {
        "term": Line("term defined", "As in the plan.", required=True),
        "text": Prose("words of the definition", "Quoted.", required=True, most=8_000),
        "page": Whole("page of the definition", "In the plan document.", least=1, most=5_000),
    }), most=20),
    "secondary": Section("other insurance", "A second plan.", {
        "payer": Section("second payer", "The second payer.", _PAYER),
        "plan_name": Line("second plan’s name", "As on the card."),
        "plan_type": Line("second plan’s type", "As plan_type."),
        "member_id": Line("second plan’s member ID", "As on the card.", most=60),
        "group_number": Line("second plan’s group number", "As on the card.", most=60),
        "subscriber": Section("second plan’s subscriber", "Who holds it.", _SUBSCRIBER),
    }),
}  # fmt: skip

_PRACTICE: Parts = {
    "name": Line("practice’s name", "As on its letters."),
    "npi": Npi("practice’s NPI", "Ten digits."),
    "tax_id": TaxId("practice’s tax ID", "The employer identification number."),
    "phone": Phone("practice’s phone", "With area code."),
    "fax": Phone("practice’s fax", "With area code."),
    "email": Email("practice’s email", "One address."),
    "address": _address("practice’s"),
}

PRESCRIBER: Parts = {
    "name": Line("prescriber’s name", "First and last name.", required=True),
    "credentials": Line("prescriber’s credentials", "MD, DO, PMHNP-BC.", most=60),
    "specialty": Line("prescriber’s specialty", "As registered."),
    "board_certified": Flag("whether the prescriber is board-certified", "In the specialty."),
    "npi": Npi("prescriber’s NPI", "Ten digits.", required=True),
    "dea": Line("prescriber’s DEA number", "Printed only where a form asks.", most=20),
    "license": Section("prescriber’s license", "The state license.", {
        "state": State("state of the prescriber’s license", "Two letters."),
        "number": Line("number of the prescriber’s license", "As registered.", most=60),
    }),
    "network": _network("prescriber"),
    "practice": Section("practice", "Where the prescriber works.", _PRACTICE),
    "contact": Section("contact at the practice", "Whom the plan calls.", {
        "name": Line("contact’s name", "Whom to ask for."),
        "phone": Phone("contact’s phone", "With area code."),
        "fax": Phone("contact’s fax", "With area code."),
        "email": Email("contact’s email", "One address."),
        "hours": Line("hours for a call", "When the clinician can be reached."),
    }),
}  # fmt: skip

FACILITY: Parts = {
    "name": Line("place of treatment", "Where it is given."),
    "place_of_service": PlaceOfService("place of service code", "Two digits."),
    "npi": Npi("NPI of the place of treatment", "Ten digits."),
    "tax_id": TaxId("tax ID of the place of treatment", "The employer identification number."),
    "rems_certified": Flag("whether the site is REMS-certified", "For esketamine."),
    "network": _network("place of treatment"),
    "address": _address("place of treatment’s"),
    "phone": Phone("phone of the place of treatment", "With area code."),
    "fax": Phone("fax of the place of treatment", "With area code."),
}

DIAGNOSIS: Parts = {
    "icd10": Icd10("diagnosis code", "ICD-10-CM.", required=True),
    "description": Line("diagnosis in words", "As in the chart.", most=300),
    "primary": Flag("whether it is the primary diagnosis", "One row is."),
    "onset": PartDay("onset of the illness", "As exact as the chart is."),
    "episode_start": PartDay("start of this episode", "As exact as the chart is."),
    "severity": Choice(
        "severity of the diagnosis",
        "The clinician’s.",
        ("mild", "moderate", "severe", "unspecified"),
    ),
    "features": _lines("features of the diagnosis", "Specifiers in words."),
    "interview": Choice(
        "how the diagnosis was established", "By what interview.", ("structured", "clinical")
    ),
    "made_by": Line("who made the diagnosis", "Name and credentials."),
    "made_on": PartDay("date of the diagnosis", "As exact as the chart is."),
}

ASSESSMENT: Parts = {
    "scale": Line("scale", "The id of a scale.", required=True),
    "score": Number("score", "The total.", least=0, most=500),
    "date": PartDay("date of the score", "As exact as the chart is."),
    "items": Rows(
        "item scores",
        "In the scale’s order.",
        Number("item score", "One item.", least=0, most=100),
        most=60,
    ),
    "rated_by": Line("who rated", "Name or role."),
    "exhibit": _exhibit("the score"),
}

TRIAL: Parts = {
    "id": Line("id of the trial", "Short and plain.", most=64),
    "medication": Line("medicine", "As in the chart.", required=True),
    "max_dose_mg_per_day": Number("highest daily dose", "Milligrams a day.", least=0, most=100_000),
    "max_dose": Number(
        "highest dose in the medicine’s own unit",
        "Where it is not milligrams a day.",
        least=0,
        most=100_000,
    ),
    "blood_level": Number("blood level", "In the medicine’s own unit.", least=0, most=10_000),
    "started": PartDay("start date of the medicine", "As exact as the chart is."),
    "stopped": PartDay("stop date of the medicine", "Absent: ongoing."),
    "outcome": Choice("result of the medicine", "What came of it.", OUTCOMES),
    "best_response": Choice(
        "best response to the medicine",
        "At its best.",
        ("none", "partial", "response", "remission"),
    ),
    "adherence": Number("adherence", "Percent of doses taken.", least=0, most=100),
    "side_effects": _lines("side effects", "As in the chart."),
    "reason_stopped": Prose("why the medicine was stopped", "As in the chart.", most=2_000),
    "augments": Line(
        "medicine that it was added to", "A trial’s id, or the name of one other trial."
    ),
    "exhibit": _exhibit("the medicine"),
}

_COURSE: Parts = {
    "sessions": Whole("number of sessions", "Given.", least=1, most=2_000),
    "started": PartDay("start date", "As exact as the chart is."),
    "stopped": PartDay("end date", "As exact as the chart is."),
    "outcome": Choice("result", "What came of it.", THERAPY_OUTCOMES),
    "change": _change(),
    "why": Prose("reason", "In the chart’s words.", most=2_000),
    "exhibit": _exhibit("it"),
}

PSYCHOTHERAPY: Parts = {
    "type": Line("type of psychotherapy", "cbt, ipt, or its name.", required=True),
    "provider": Line("therapist", "Name and credentials."),
    **_COURSE,
}

PROCEDURE: Parts = {
    "type": Line("procedure or treatment", "ect, tms, vns or a treatment’s id.", required=True),
    "status": Choice("status of the procedure", "If it was not given.", STATUSES),
    "date": PartDay("date of the offer or answer", "As exact as the chart is."),
    **_COURSE,
}

ADMISSION: Parts = {
    "kind": Choice("kind of stay", "What it was.", (
        "inpatient", "partial_hospital", "intensive_outpatient", "emergency", "observation", "residential", "other")),
    "facility": Line("facility of the stay", "Its name."),
    "admitted": PartDay("date of admission", "As exact as the chart is."),
    "discharged": PartDay("date of discharge", "As exact as the chart is."),
    "reason": Prose("reason of the stay", "In the chart’s words.", most=2_000),
    "exhibit": _exhibit("the stay"),
}  # fmt: skip

RISK: Parts = {
    "date": PartDay("date of the risk assessment", "As exact as the chart is."),
    "instrument": Line("instrument of the risk assessment", "A scale’s id, or its name."),
    "ideation": Choice("suicidal thoughts", "As assessed.", (
        "none", "passive", "active", "active_without_plan", "intent", "plan", "plan_and_intent")),
    "attempts": Whole("suicide attempts on record", "How many.", least=0, most=100),
    "last_attempt": PartDay("date of the last attempt", "As exact as the chart is."),
    "safety_plan": OneOf("safety plan", "Whether there is one, or its words.",
                         Flag("safety plan", "Whether there is one."), Prose("safety plan", "Its words.", most=4_000)),
    "notes": Prose("notes on risk", "In the chart’s words.", most=4_000),
    "exhibit": _exhibit("the assessment"),
}  # fmt: skip

_MEDICATION = OneOf(
    "current medicine", "A name, or a row.",
    Line("current medicine", "Name and dose.", most=300),
    Section("current medicine", "A row.", {
        "name": Line("name of the current medicine", "As in the chart.", required=True),
        "dose": Line("dose of the current medicine", "With its unit."),
        "since": PartDay("since when it is taken", "As exact as the chart is."),
        "for": Line("what it is taken for", "In words."),
    }),
)  # fmt: skip

MEDICAL: Parts = {
    "weight_kg": Number("weight in kilograms", "Kilograms.", least=1, most=500),
    "height_cm": Number("height in centimeters", "Centimeters.", least=30, most=260),
    "blood_pressure": Section("blood pressure", "Before treatment.", {
        "systolic": Whole("upper blood pressure", "mmHg.", least=40, most=300, required=True),
        "diastolic": Whole("lower blood pressure", "mmHg.", least=20, most=200, required=True),
        "date": PartDay("date of the blood pressure", "As exact as the chart is."),
    }),
    "conditions": _lines("medical conditions", "In the chart’s words."),
    "medications": Rows("current medicines", "All of them.", _MEDICATION),
    "allergies": _lines("allergies", "In the chart’s words."),
    "pregnancy": Line("pregnancy", "Status, in words.", most=500),
    "substance_use": Prose("substance use", "In the chart’s words.", most=2_000),
    "psychosis": Prose("psychosis", "In the chart’s words.", most=2_000),
    "screened": Named("what was screened for", "Each condition asked about, with what was found."),
    "current_antidepressant_reason": Prose("why no antidepressant is taken now", "Or why this one.", most=2_000),
    "pdmp_checked": PartDay("date of the prescription monitoring check", "As exact as the chart is."),
    "contraindications_reviewed": PartDay("date contraindications were reviewed", "As exact as the chart is."),
}  # fmt: skip

FUNCTION: Parts = {
    key: Prose(f"function: {words}", "A concrete fact, in the chart’s words.", most=4_000)
    for key, words in (
        ("work", "work"), ("school", "school"), ("home", "home"), ("self_care", "self-care"),
        ("social", "with others"),
    )
} | {"other": _lines("function: other", "Concrete facts.", most=2_000)}  # fmt: skip

SERVICE_LINE: Parts = {
    "code": ServiceCode("service code", "CPT or HCPCS.", required=True),
    "description": Line("service in words", "Our own words.", most=300),
    "units": Number("units", "Of this line.", least=0.1, most=100_000),
    "modifiers": Rows(
        "modifiers", "Two characters each.", Modifier("modifier", "Two characters."), most=4
    ),
    "drug": Line("drug of the line", "Its name."),
    "amount": Number("amount of the drug", "For one session.", least=0, most=1_000_000),
    "unit": Line("unit of the amount", "mg, mL.", most=20),
    "ndc": Ndc("NDC of the drug", "As on the package."),
}

REQUEST: Parts = {
    "treatment": Line("treatment asked for", "The id of a treatment.", required=True),
    "kind": Choice("kind of request", "New, or more of the same.", ("new", "renewal")),
    "dose_mg_per_kg": Number("dose per kilogram", "Milligrams.", least=0.01, most=20),
    "dose_mg": Number("dose of one session", "Milligrams.", least=0.1, most=2_000),
    "infusion_minutes": Whole("minutes of one infusion", "Minutes.", least=1, most=1_440),
    "administrations": Whole("number of treatments asked for", "How many.", least=1, most=500),
    "per_week": Number("treatments a week", "How many a week.", least=0.01, most=14),
    "phases": Rows("phases of the course", "In order.", Section("phase", "One phase.", {
        "weeks": Number("weeks of the phase", "How long.", least=0.1, most=520),
        "per_week": Number("treatments a week in the phase", "How many a week.", least=0.01, most=14),
        "dose_mg": Number("dose in the phase", "Milligrams.", least=0.1, most=2_000),
    }), most=20),
    "start": Day("first date asked for", "A full date."),
    "end": Day("last date asked for", "A full date."),
    "codes": Rows("service codes", "One row a line.", Section("service line", "One line.", SERVICE_LINE), most=30),
    "benefit": Choice("benefit that pays", "Medical or pharmacy.", ("medical", "pharmacy", "unknown")),
    "urgency": Choice("urgency", "As the clinician asks.", ("standard", "expedited")),
    "urgency_reason": Prose("facts that call for a faster decision", "In the clinician’s words.", most=4_000),
    "monitoring": _lines("monitoring and staff", "Who is present, what is watched.", most=2_000),
    "rating_schedule": Prose("when the patient is rated", "Scale and times.", most=2_000),
    "discharge": Prose("who takes the patient home", "And no driving.", most=2_000),
    "consent_date": PartDay("date of consent", "As exact as the chart is."),
    "consent_off_label": Flag("whether consent covers off-label use", "Yes or no."),
    "goals": Rows("goals", "With scale, number and date.", Section("goal", "One goal.", {
        "scale": Line("scale of the goal", "A scale’s id."),
        "target": Number("score aimed at", "Or less.", least=0, most=500),
        "by": PartDay("date of the goal", "By when."),
        "text": Prose("goal in words", "Where no scale serves.", most=1_000),
    }), most=20),
    "stop_rule": Prose("when to stop", "A rule that can still stop something.", most=2_000),
    "after": Prose("what comes after", "Therapy, maintenance, taper.", most=2_000),
}  # fmt: skip

COURSE_SO_FAR: Parts = {
    "treatment": Line("treatment given so far", "The id of a treatment."),
    "authorization": Section("running authorization", "As on the approval.", {
        "number": Line("authorization number", "As on the approval.", most=60),
        "from": Day("first day of the authorization", "A full date."),
        "through": Day("last day of the authorization", "A full date.", event=False),
        "visits": Whole("visits authorized", "How many.", least=1, most=1_000),
        "codes": Rows("codes authorized", "CPT or HCPCS.", ServiceCode("code authorized", "One code."), most=30),
        "units": Number("units authorized", "How many.", least=0, most=100_000),
    }),
    "administrations": OneOf("treatments given so far", "Rows, or their number.",
        Whole("number of treatments given", "How many.", least=0, most=2_000),
        Rows("treatments given so far", "One row each.", Section("treatment given", "One of them.", {
            "date": PartDay("date of the treatment given", "As exact as the chart is."),
            "dose_mg": Number("dose given", "Milligrams.", least=0, most=2_000),
            "vitals": Named("vital signs", "Before, highest, after."),
            "response": Section("score at the treatment", "A scale and its score.", {
                "scale": Line("scale at the treatment", "A scale’s id.", required=True),
                "score": Number("score at the treatment", "The total.", least=0, most=500, required=True),
            }),
            "adverse_events": _lines("adverse events", "In the chart’s words."),
        }), most=500)),
    "schedule": Rows("spacing over time", "In order.", Section("span of one spacing", "One span.", {
        "from": PartDay("start of the spacing", "As exact as the chart is."),
        "to": PartDay("end of the spacing", "As exact as the chart is."),
        "spacing": Line("spacing", "In words.", required=True),
    }), most=50),
    "scheduled": Whole("treatments scheduled", "How many.", least=0, most=2_000),
    "missed": Whole("treatments missed", "How many.", least=0, most=2_000),
    "missed_why": Prose("why treatments were missed", "In the chart’s words.", most=2_000),
    "stopped_why": Prose("why the course stopped", "In the chart’s words.", most=2_000),
}  # fmt: skip

DENIAL: Parts = {
    "notice_date": Day("date of the notice", "As printed on it."),
    "sent_date": Day("date the notice was sent", "As postmarked."),
    "received_date": Moment("date the notice arrived", "A full date, or a time with offset."),
    "effective_date": Day("date the decision takes effect", "As on the notice.", event=False),
    "level": Choice("level decided", "What the notice decided.", ("initial", "first_appeal", "second_appeal", "external")),
    "timing": Choice("timing of the decision", "Before, during or after the service.", ("pre_service", "concurrent", "post_service")),
    "reference": Line("reference of the notice", "As on it.", most=80),
    "claim_number": Line("claim number", "As on the notice.", most=80),
    "reasons": Rows("reasons of the denial", "One row a reason, in the notice’s order.", Section("reason", "One reason.", {
        "id": Line("known reason", "The id of a denial reason."),
        "quote": Prose("words of the reason", "The notice’s own.", most=4_000),
        "carc": Rows("claim adjustment codes", "CARC.", ClaimCode("claim adjustment code", "As on the notice."), most=20),
        "rarc": Rows("remark codes", "RARC.", ClaimCode("remark code", "As on the notice."), most=20),
        "names": _lines("alternatives named", "Procedures, treatments or medicines."),
    }), most=30),
    "letter_text": Prose("text of the notice", "As written."),
    "criteria_cited": _lines("criteria cited", "As on the notice."),
    "reviewer": Section("reviewer", "Who decided.", {
        "name": Line("reviewer’s name", "As on the notice."),
        "credentials": Line("reviewer’s credentials", "As on the notice."),
        "specialty": Line("reviewer’s specialty", "As on the notice."),
    }),
    "services": Rows("services denied", "CPT or HCPCS.", ServiceCode("service denied", "One code."), most=30),
    "amount": Money("amount denied", "US dollars."),
    "appeal_to": Section("where to appeal", "From the notice.", {
        "name": Line("name of the appeals desk", "From the notice."),
        "department": Line("department of the appeals desk", "From the notice."),
        "address": _address("appeals desk’s"),
        "phone": Phone("phone of the appeals desk", "With area code."),
        "fax": Phone("fax of the appeals desk", "With area code."),
        "email": Email("email of the appeals desk", "One address."),
        "portal": Line("portal of the appeals desk", "An address on the web.", most=500),
    }),
    "stated_deadline": Line("time to appeal as stated", "The notice’s own words.", most=300),
    "corrected_claim_limit": Line("time for a corrected claim", "The notice’s own words.", most=300),
}  # fmt: skip

CLAIM: Parts = {
    "date": Day("date of service", "A full date."),
    "lines": Rows("lines of the claim", "One row a service.", Section("claim line", "One line.", {
        "date": Day("date of service", "Left out: the claim’s."),
        "code": ServiceCode("code of the claim line", "CPT or HCPCS.", required=True),
        "description": Line("service given, in words", "Our own words.", most=300),
        "drug": Line("drug given", "Its name."),
        "amount": Number("amount of the drug given", "As given.", least=0, most=1_000_000),
        "unit": Line("unit of the amount given", "mg, mL.", most=20),
        "ndc": Ndc("NDC of the drug given", "As on the package."),
        "units": Number("units given", "How many.", least=0.1, most=100_000),
        "charge": Money("charge", "US dollars."),
        "diagnosis": Icd10("diagnosis of the claim line", "ICD-10-CM."),
        "modifiers": Rows("modifiers of the claim line", "Two characters each.", Modifier("modifier", "Two characters."), most=4),
        "started": TimeOfDay("start time", "24-hour clock."),
        "stopped": TimeOfDay("stop time", "24-hour clock."),
    }), most=50),
    "started": TimeOfDay("start time of the service", "24-hour clock."),
    "stopped": TimeOfDay("stop time of the service", "24-hour clock."),
    "total": Money("total of the claim", "US dollars."),
    "paid": Money("amount paid by the patient", "US dollars."),
}  # fmt: skip

NETWORK_CALL: Parts = {
    "date": PartDay("date of the call", "As exact as the log is."),
    "provider": Line("provider called", "Its name.", required=True),
    "distance_miles": Number("distance", "Miles.", least=0, most=10_000),
    "spoke_with": Line("who answered", "Name or role."),
    "answer": Prose("answer", "In the log’s words.", most=1_000),
}

HISTORY: Parts = {
    "date": PartDay("date of the event", "As exact as the record is."),
    "what": Prose("what happened", "In the record’s words.", required=True, most=2_000),
}

EXHIBIT: Parts = {
    "id": RowId("letter of the exhibit", "Short and plain.", required=True),
    "title": Line("title of the exhibit", "What it is.", required=True, most=300),
    "date": PartDay("date of the exhibit", "As exact as it is."),
    "pages": Whole("pages of the exhibit", "How many.", least=1, most=10_000),
}

REPRESENTATIVE: Parts = {
    "name": Line("representative’s name", "Who acts for the patient.", required=True),
    "relationship": Line("representative’s relationship", "To the patient."),
    "phone": Phone("representative’s phone", "With area code."),
    "address": _address("representative’s"),
    "signed_on": Day("date the representative form was signed", "A full date."),
}

CONSENT: Parts = {
    "purpose": Prose("what is consented to", "In words.", required=True, most=1_000),
    "signed_on": Day("date of the consent", "A full date."),
    "expires": Day("last day of the consent", "A full date.", event=False),
}

PATIENT_VOICE: Parts = {
    key: Prose(f"in the patient’s words: {words}", "The patient’s own words.", most=6_000)
    for key, words in (
        ("before", "before"), ("tried", "what was tried"), ("day", "what a day is like"),
        ("changed", "what changed"), ("hoped", "what is hoped"),
    )
}  # fmt: skip

FINANCES: Parts = {
    "household_size": Whole("people in the household", "How many.", least=1, most=30),
    "annual_income": Money("household income", "US dollars a year."),
    "hardship": Prose("need in words", "The patient’s own.", most=4_000),
    "monthly_cost": Money("cost a month", "US dollars."),
    "deductible": Money("deductible", "US dollars."),
    "out_of_pocket_maximum": Money("out-of-pocket maximum", "US dollars."),
    "used_so_far": Money("used of it so far", "US dollars."),
    "program": Section("assistance program", "Whom to ask for help, as it names itself.", {
        "name": Line("assistance program’s name", "As on its papers."),
        "address": _address("assistance program’s"),
        "fax": Phone("assistance program’s fax", "With area code."),
    }),
}  # fmt: skip

SIGNATURE: Parts = {
    "name": Line("name of the one who signs", "With credentials.", required=True),
    "title": Line("title of the one who signs", "Role."),
}


def _rows(label: str, description: str, parts: Parts, *, many: str = "") -> Rows:
    return Rows(many or f"{label}s", description, Section(label, description, parts))


CASE: Parts = {
    "patient": Section("patient", "Who is treated.", PATIENT, required=True),
    "insurance": Section("insurance", "Who is asked to pay.", INSURANCE, required=True),
    "prescriber": Section("prescriber", "Who prescribes and signs.", PRESCRIBER, required=True),
    "facility": Section("place of treatment", "Where it is given.", FACILITY),
    "diagnoses": Rows("diagnoses", "At least one.", Section("diagnosis", "One diagnosis.", DIAGNOSIS), required=True, least=1, most=30),
    "assessments": _rows("score", "Scores on standard scales.", ASSESSMENT),
    "trials": Rows("medicines tried", "One row a trial.", Section("medicine tried", "One trial.", TRIAL)),
    "psychotherapies": Rows("psychotherapy", "One row a course.", Section("psychotherapy", "One course.", PSYCHOTHERAPY)),
    "procedures": Rows("ECT, TMS and other treatments", "Each tried, or why not.", Section("procedure", "One of them.", PROCEDURE)),
    "admissions": _rows("stay in hospital", "Stays and emergency visits.", ADMISSION, many="stays in hospital"),
    "risk": Section("risk", "As assessed.", RISK),
    "medical": Section("medical facts", "What bears on safety.", MEDICAL),
    "function": Section("function", "What the patient can and cannot do.", FUNCTION),
    "request": Section("request", "What is asked for.", REQUEST, required=True),
    "course_so_far": Section("course so far", "What has been given already.", COURSE_SO_FAR),
    "denial": Section("denial", "What the notice says.", DENIAL),
    "claim": Section("claim", "Services given.", CLAIM),
    "network_search": _rows("call to a provider", "Who was asked inside the network.", NETWORK_CALL, many="calls to providers"),
    "history": _rows("event", "What happened before this packet.", HISTORY),
    "exhibits": _rows("exhibit", "What is enclosed.", EXHIBIT),
    "representative": Section("representative", "Who may act for the patient.", REPRESENTATIVE),
    "consents": _rows("consent", "Consents to release records.", CONSENT),
    "patient_voice": Section("patient’s own words", "In the first person.", PATIENT_VOICE),
    "finances": Section("finances", "Need, for assistance.", FINANCES),
    "signature": Section("signature", "Who signs for the clinic.", SIGNATURE),
}  # fmt: skip
