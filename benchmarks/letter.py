"""One plain letter for all engines: in docxtpl's tags, and in those of the Node libraries.

Four pages: four conditions, thirty paragraphs of a loop, a table of eight rows, ten references,
headers and a footer.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from worker.outline import build_template, parse_outline

_FRAME = Path(__file__).resolve().parent.parent / "templates_docx" / "_frame.docx"
_WORDS = (
    "The records show depressive symptoms that have lasted for years and have not yielded to the"
    " treatments that are usually tried first, each taken as prescribed and for long enough."
)

TEXT = """
== first header ==
[Page Header] {{ draft }}{{ sample }}{{ clinic }}, {{ street }}
== header ==
[Page Header] {{ draft }}{{ sample }}{{ clinic }} · {{ date }}
== footer ==
[Page Footer] {{ reference }} «PAGE»
== body ==
[Date Line] {{ date }}
[Address Line] {{ payer }}
[Address Line] {{ department }}
[Subject] {{ title }}
Re: {{ patient }}, born {{ birth }}, member {{ member }}, group {{ group }}.
{% for p in paragraphs %}
{{ p.text }}
{% endfor %}
{% if urgent %}
[Notice] This request is urgent: {{ urgency }}
{% endif %}
{% if severe %}
[Heading 1] How severe it is
On {{ scored }}, {{ patient }} scored {{ score }} on the {{ scale }}, {{ band }}.
{% endif %}
[Heading 1] What has been tried
[table Grid 30 20 20 30] Medicines tried
[header] Medicine | Dose | Weeks | Result
{% for t in trials %}
[row] {{ t.medicine }} | {{ t.dose }} | {{ t.weeks }} | {{ t.result }}
{% endfor %}
[end]
{% if therapy %}
[Heading 1] Psychotherapy
{{ therapist }} gave {{ sessions }} sessions of {{ method }}.
{% endif %}
{% if plan %}
[Heading 1] What is asked
{{ dose }} over {{ minutes }} minutes, {{ number }} times in {{ weeks }} weeks.
{% endif %}
[Heading 1] References
{% for r in references %}
[Reference Entry] {{ r.number }}. {{ r.text }}
{% endfor %}
[Signature Name] {{ signer }}, {{ credentials }}, NPI {{ npi }}
"""


def a_letter(rows: int = 8) -> dict[str, Any]:
    """Return the letter's values, with so many medicines tried."""
    words = {
        name: f"{name} of the case"
        for name in re.findall(r"\{\{ (\w+) \}\}", TEXT)
        if name not in ("draft", "sample")
    }
    return words | {
        "draft": "",
        "sample": "",
        "payer": "Alpha and Omega Health Plan",
        "urgent": True,
        "severe": True,
        "therapy": True,
        "plan": True,
        "paragraphs": [{"text": f"{n}. {_WORDS}"} for n in range(1, 31)],
        "trials": [
            {"medicine": f"medicine {n}", "dose": "200 mg", "weeks": "8", "result": "no response"}
            for n in range(rows)
        ],
        "references": [
            {"number": str(n), "text": f"Author {n}. A study of depression. 2024."}
            for n in range(1, 11)
        ],
    }


def template() -> bytes:
    """Return the letter's template in docxtpl's tags."""
    return build_template(parse_outline(TEXT), _FRAME.read_bytes())


def mustache_template() -> bytes:
    """Return the same letter in the tags of docxtemplater and easy-template-x."""
    lines: list[str] = []
    opened: list[str] = []
    row_loop = ""
    for line in TEXT.split("\n"):
        block = re.fullmatch(r"\{% (for \w+ in|if) (\w+) %\}|\{% end\w+ %\}", line)
        if block and block[2] == "trials":
            row_loop = "trials"
        elif block and not block[2] and row_loop:
            row_loop = ""
        elif block and block[2]:
            opened.append(block[2])
            lines.append(f"{{#{block[2]}}}")
        elif block:
            lines.append(f"{{/{opened.pop()}}}")
        else:
            plain = re.sub(r"\{\{ (?:\w\.)?(\w+) \}\}", r"{\1}", line)
            looped = f"[row] {{#{row_loop}}}{plain.removeprefix('[row] ')}{{/{row_loop}}}"
            lines.append(looped if row_loop else plain)
    return build_template(parse_outline("\n".join(lines)), _FRAME.read_bytes())
