"""What real charts hold though nobody expects it: accepted, written, and intact in Word."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from flask.testing import FlaskClient

from casework.knowledge_base.model import Knowledge
from casework.schema.codes import State
from service import create_app
from service.rate_limits import Rates
from settings import Settings, read_settings
from storage.store import Store, open_store
from tests.end_to_end.written import sent
from worker.bench import Bench
from worker.jobs import write
from worker.templates import Templates

PAPERS = [
    "letter_of_medical_necessity",
    "prior_authorization_request",
    "appeal_letter",
    "patient_statement",
]
LETTERS = ["letter_of_medical_necessity", "appeal_letter"]
# What would make Word fetch, run or embed something.
_ACTIVE = re.compile(
    r"DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|altChunk|oleObject|vbaProject|file:///|TargetMode=\"External\""
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("odd")
    return read_settings({"NECESSITY_DATA_DIR": str(folder / "var"), "NECESSITY_DEV": "1"})


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def bench(settings: Settings, store: Store, knowledge: Knowledge) -> Bench:
    return Bench(settings, store, knowledge, Templates())


@pytest.fixture(scope="module")
def client(bench: Bench) -> FlaskClient:
    rates = Rates(per_key=100_000, per_address=100_000)
    app = create_app(bench.settings, bench.store, bench.knowledge, rates=rates, log=io.StringIO())
    client = app.test_client()
    key = bench.store.keys.create("willow").text
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return client


def papers(
    client: FlaskClient, bench: Bench, case: dict[str, Any], documents: Any = PAPERS
) -> list[bytes]:
    """Return the Word files of a case that is accepted, each downloaded by its link."""
    body = {"case": case, "documents": documents, "options": {"letter_date": "2026-10-19"}}
    answer = client.post("/v1/packets", json=body)
    assert answer.status_code == 202, answer.text
    write(answer.json["id"], bench)
    read = client.get(f"/v1/packets/{answer.json['id']}").json
    assert read["status"] == "ready", [each["error"] for each in read["documents"]]
    links = [each["download_url"] for each in read["documents"]]
    return [client.get(link.removeprefix("http://127.0.0.1:8000")).data for link in links]


def shown(docx: bytes) -> str:
    """Return every paragraph of a file that python-docx opens: body, tables, headers, footers."""
    document = Document(io.BytesIO(docx))
    section = document.sections[0]
    roots = [
        document.element.body,
        *(each._element for each in (section.header, section.first_page_header, section.footer)),
    ]
    return "\n".join(Paragraph(p, document).text for root in roots for p in root.iter(qn("w:p")))


def changed(**values: Any) -> dict[str, Any]:
    """Return the denied sample case with values at places named as `patient__last_name`."""
    case = json.loads(json.dumps(sent("depression_commercial_denied")))
    for name, value in values.items():
        *way, last = [int(step) if step.isdigit() else step for step in name.split("__")]
        here: Any = case
        for step in way:
            here = here[step] if isinstance(here, list) else here.setdefault(step, {})
        here[last] = value
    return case


def named(first: str, last: str, **more: Any) -> dict[str, Any]:
    """Return the case of a patient of this name and no other."""
    case = changed(patient__first_name=first, patient__last_name=last, **more)
    del case["patient"]["middle_name"]
    return case


NAMES = {
    "right to left": ("فاطمة", "الزهراء"),
    "Hebrew with marks": ("שָׂרָה", "בֶּן־דָּוִד"),
    "both directions": ("Sara שרה", "Cohen-כהן"),
    "Chinese": ("小明", "王"),
    "Chinese beyond the first plane": ("𠮷", "𠀋田"),
    "Korean": ("지우", "김"),
    "Thai without spaces": ("สมชาย", "ใจดี"),
    "Devanagari": ("श्री", "क्षत्रिय"),
    "Georgian capitals": ("ᲜᲘᲜᲝ", "ხარაძე"),
    "Vietnamese, composed": ("Nguyễn", "Thị Ánh"),
    "one letter each": ("X", "Y"),
    "one letter beyond ASCII": ("Ø", "Å"),
    "an emoji": ("Sam 🦋", "Example 👩🏽‍⚕️"),
    "an emoji alone": ("🙂", "🙃"),
    "apostrophes": ("D’Arcy", "O'Neill-N'Diaye"),
    "quotation marks": ('Bo "Bob"', "“Smith”"),
    "200 letters": ("a" * 200, "B" * 200),
    "many words": ("María del Carmen", "de la Cruz y García de los Santos"),
    "null, the name": ("Jennifer", "Null"),
    "true, the name": ("True", "None"),
    "a number": ("7", "007"),
    "a hyphen first": ("-", "-Smith"),
    "ampersands and brackets": ("A&B", "<Smith>"),
    "an entity": ("&amp;", "&#60;w:p&#62;"),
    "private-use characters": ("\ue0f0A", "B\ue0f1"),
    "a dotted capital I": ("İpek", "Işık"),
    "a long s and a sharp s": ("ſam", "Weiß"),
    "ligatures": ("ﬁona", "Æsir"),
    "superscripts": ("Ann²", "Lee³"),
    "a soft hyphen inside": ("Anna\u00adlena", "Bei\u00adspiel"),
    "a joiner inside": ("ن\u200cم", "کتاب\u200cخانه"),
    "a space that does not break": ("Van\u00a0der", "Mc\u00a0Example"),
}


@pytest.mark.parametrize(("first", "last"), NAMES.values(), ids=NAMES)
def test_a_name_stands_in_every_paper_as_it_was_typed(
    client: FlaskClient, bench: Bench, first: str, last: str
) -> None:
    for docx in papers(client, bench, named(first, last), PAPERS[:1]):
        assert f"{first} {last}" in shown(docx)


INJECTIONS = {
    "a tag": "{{ 7*7 }} {{ payer.name }} {{ self.__init__.__globals__ }}",
    "a loop": "{% for x in range(10**9) %}a{% endfor %}",
    "a tag that is not closed": "{{ {% {#",
    "a tag of a row": "{%tr for a in b %} {%p if 1 %} {{r x }}",
    "a tag's own escape": "{_{ x }_} {_% if %_}",
    "a mark of ours": "⟦/patient/email⟧ ⟦cite:nobody_2020⟧ ⟦",
    "markup of Word": "</w:t></w:r></w:p><w:p><w:r><w:t>owned",
    "the end of CDATA": "<![CDATA[ x ]]> ]]>",
    "an entity of XML": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>&b;',
    "a processing instruction": '<?xml version="1.0"?><?mso-application progid="Word"?>',
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a formula": "=cmd|'/C calc'!A0",
    "a formula with a plus": "+1+1 @SUM(1) -2",
    "a field that includes a file": '{ INCLUDETEXT "/etc/passwd" }',
    "a field that starts a program": '{ DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" }',
    "a field that fetches a picture": '{ INCLUDEPICTURE "http://example.com/a.png" }',
    "SQL": "Robert'); DROP TABLE packets;--",
    "a lookup of a log": "${jndi:ldap://example.com/a}",
    "a format of Python": "%s %(name)s {0} {name.__class__} %n",
    "a path": "../../../../etc/passwd C:\\Windows\\win.ini",
    "a header": "a%0d%0aSet-Cookie: x=1",
    "a shell": "`reboot` $(reboot) ; reboot | reboot",
    "an escape that was not meant": "\\u0000 \\n \\x1b[31m &#0;",
    "a link": "https://example.com/?a=1&b=2 mailto:a@example.org",
}


@pytest.mark.parametrize("text", INJECTIONS.values(), ids=INJECTIONS)
def test_what_looks_like_an_order_is_text(client: FlaskClient, bench: Bench, text: str) -> None:
    case = changed(
        patient__last_name=text,
        insurance__payer__name=text,
        insurance__member_id=text[:60].strip(),
        trials__1__reason_stopped=text,
        function__home=text,
        denial__reasons__0__quote=text,
        patient_voice={"before": text},
    )
    for docx in papers(client, bench, case, [*LETTERS, "patient_statement"]):
        assert text in shown(docx)
        for part in _parts(docx):
            active = re.findall(r"<w:instrText[^>]*>([^<]*)<", part)
            assert all(
                re.fullmatch(r"\s*(PAGE|NUMPAGES|REF \w+( \\h)?)\s*", each) for each in active
            )
            assert not _ACTIVE.search(re.sub(r"<w:t[ >].*?</w:t>", "", part, flags=re.DOTALL))


def _parts(docx: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith((".xml", ".rels")):
                yield archive.read(name).decode("utf-8")


def _trials(count: int) -> list[dict[str, Any]]:
    return [
        {
            "medication": f"Exampline {number}",
            "max_dose_mg_per_day": 50 + number,
            "started": f"20{number % 25:02}-01",
            "stopped": f"20{number % 25:02}-06",
            "outcome": "no_response",
        }
        for number in range(count)
    ]


_LONG = "The patient sleeps three hours. " * 62
_EMPTY_LISTS = ("assessments", "trials", "psychotherapies", "procedures", "admissions", "history",
                "network_search", "consents", "exhibits")  # fmt: skip
_EMPTY_SECTIONS = ("facility", "risk", "medical", "function", "course_so_far", "denial", "claim",
                   "patient_voice", "finances")  # fmt: skip

_NEWBORN: dict[str, Any] = {
    "diagnoses": [{"icd10": "F33.2"}],
    "assessments": [],
    "trials": [],
    "psychotherapies": [],
    "procedures": [],
    "history": [],
}

ODD: dict[str, tuple[dict[str, Any], str]] = {
    "35 trials": (changed(trials=_trials(35)), "Exampline 34"),
    "200 trials": (changed(trials=_trials(200)), "Exampline 199"),
    "a narrative of 20,000 letters": (
        changed(denial__letter_text="Not medically necessary. " * 800),
        "Example-Rivera",
    ),
    "a narrative of one word of 20,000 letters": (
        changed(denial__letter_text="x" * 20_000),
        "Example-Rivera",
    ),
    "a fact of 1,984 letters": (changed(function__other=[_LONG.strip()]), _LONG.strip()),
    "a word of 4,000 letters": (changed(function__home="x" * 4_000), "x" * 4_000),
    "200 facts of 500 letters": (changed(function__other=["y " * 249 + "z"] * 200), "z"),
    "60 criteria of 4,000 letters": (
        changed(insurance__criteria={"items": [{"text": "w " * 1_999 + str(n)} for n in range(60)]}),
        " 59",
    ),
    "facts on many lines": (changed(function__home="one\n\n\ttwo\r\nthree"), "three"),
    "2,000 empty lines": (changed(function__home="\n" * 2_000 + "the end"), "the end"),
    "no exhibits": (
        {
            **changed(),
            "exhibits": [],
            **{
                section: [
                    {name: value for name, value in row.items() if name != "exhibit"}
                    for row in sent("depression_commercial_denied")[section]
                ]
                for section in ("assessments", "trials", "psychotherapies", "procedures")
            },
        },
        "Example-Rivera",
    ),
    "born on a leap day": (changed(patient__date_of_birth="1984-02-29"), "42 years old"),
    "born in 1900": (changed(patient__date_of_birth="1900-01-01"), "126 years old"),
    "born on the day of the letter": (
        named("New", "Born", patient__date_of_birth="2026-10-19") | _NEWBORN,
        "New Born",
    ),
    "ill since 1948": (
        changed(patient__date_of_birth="1930-05-14", diagnoses__0__onset="1948"),
        "1948",
    ),
    "a year alone as a trial's dates": (
        changed(trials=[{"medication": "sertraline", "started": "1999", "stopped": "1999"}]),
        "1999",
    ),
    "a score of zero": (
        changed(assessments=[{"scale": "phq9", "score": -0.0, "date": "2026-10-01"}]),
        " 0 ",
    ),
    "a dose of a hundredth": (
        changed(request__dose_mg_per_kg=0.01),
        "0.01 mg",
    ),
    "a number written as a power": (
        changed(request__codes=[{"code": "J3490", "units": 6e0, "amount": 3.5e1, "unit": "mg"}]),
        "35 mg",
    ),
    "a phone of 21 digits": (
        changed(prescriber__practice__phone="+1 (555) 010-0100 ext. 123456"),
        "+1 (555) 010-0100 ext. 123456",
    ),
    "an email with a plus and accents": (
        changed(prescriber__practice__email="josé+x@bücher.example"),
        "Example-Rivera",
    ),
    "an address of four lines": (
        changed(insurance__payer__address__lines=["c/o", "½ Rue", "3rd floor", "№ 7"]),
        "№ 7",
    ),
    "two primary diagnoses": (
        changed(diagnoses=[{"icd10": "F33.2", "primary": True}, {"icd10": "F43.12", "primary": True}]),
        "F33.2",
    ),
    "a code that nobody knows": (
        changed(diagnoses=[{"icd10": "Z99.89", "description": "dépendance à une machine"}]),
        "dépendance à une machine",
    ),
    "a notice dated after the letter": (
        changed(denial__notice_date="2030-01-01"),
        "January 1, 2030",
    ),
    "a notice of 1900": (changed(denial__notice_date="1900-01-01"), "January 1, 1900"),
    "a notice of 2199": (changed(denial__notice_date="2199-12-31"), "December 31, 2199"),
    "60 things screened": (
        changed(medical__screened={f"thing_{n}": "none" for n in range(60)}),
        "Example-Rivera",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("case", "text"), ODD.values(), ids=ODD)
def test_an_odd_case_is_written(
    client: FlaskClient, bench: Bench, case: dict[str, Any], text: str
) -> None:
    denied = "denial" in case
    asked = LETTERS if denied else LETTERS[:1]
    texts = [shown(docx) for docx in papers(client, bench, case, asked)]
    assert any(text in each for each in texts)
    assert not any(re.search(r"\bNone\b(?! of)|\bnan\b|-0\b of|-\d+ years", each) for each in texts)


def test_no_paper_tells_the_age_of_a_patient_born_after_the_letter(
    client: FlaskClient, bench: Bench
) -> None:
    of_age = [{"text": "Adults", "kind": "age", "parameters": {"minimum_years": 18}}]
    case = named("Sam", "Unborn", patient__date_of_birth="2026-10-20") | _NEWBORN
    case["insurance"]["criteria"] = {"items": of_age}
    for docx in papers(client, bench, case, PAPERS[:3]):
        assert "years old" not in shown(docx)
    found = reviewed(client, case)
    assert "birth_after_letter" in [each["id"] for each in found["findings"]]
    assert [each["status"] for each in found["criteria"]["items"]] == ["unknown"]


def test_a_review_tells_brackets_as_they_were_typed(client: FlaskClient) -> None:
    typed = "⟦cite:nobody_2020⟧ ⟦/patient/email⟧"
    case = changed(patient__last_name=typed, denial__reasons__0__quote=typed)
    (first, *_) = reviewed(client, case)["denial_reasons"]
    assert first["stated"][0] == typed
    assert "[to be filled in]" not in json.dumps(first["rebuttal"])


def reviewed(client: FlaskClient, case: dict[str, Any]) -> dict[str, Any]:
    """Return the review of a case on the date of the papers."""
    body = {"case": case, "options": {"letter_date": "2026-10-19"}}
    answer = client.post("/v1/reviews", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_sections_that_are_empty_are_as_good_as_absent(client: FlaskClient, bench: Bench) -> None:
    case = sent("bare_minimum") | {name: [] for name in _EMPTY_LISTS}
    case |= {name: {} for name in _EMPTY_SECTIONS}
    empty = papers(client, bench, case, PAPERS[:2])
    assert [shown(each) for each in empty] == [
        shown(each) for each in papers(client, bench, sent("bare_minimum"), PAPERS[:2])
    ]


def test_optional_fields_that_are_null_are_as_good_as_absent(
    client: FlaskClient, bench: Bench
) -> None:
    case = changed(patient__suffix=None, denial__amount=None, function=None, history=None)
    without = changed()
    del without["function"]
    assert papers(client, bench, case) == papers(client, bench, without | {"history": []})


def _plan_types(knowledge: Knowledge) -> list[str]:
    return [*knowledge.law_meta["plan_types"], "church_plan", "unknown"]


def test_every_plan_type_has_its_papers(
    client: FlaskClient, bench: Bench, knowledge: Knowledge
) -> None:
    for plan_type in _plan_types(knowledge):
        case = changed(insurance__plan_type=plan_type)
        for docx in papers(client, bench, case, LETTERS):
            assert "D.E. · EHP-000-1111" in shown(docx), plan_type


@pytest.mark.parametrize("state", sorted(State.known))
def test_every_state_has_its_papers(client: FlaskClient, bench: Bench, state: str) -> None:
    case = changed(
        insurance__state=state,
        patient__address__state=state,
        prescriber__license__state=state,
        prescriber__practice__address__state=state,
    )
    for docx in papers(client, bench, case, ["regulator_complaint"]):
        assert "Example-Rivera" in shown(docx)
        assert f"Anytown, {state}" in shown(docx)
