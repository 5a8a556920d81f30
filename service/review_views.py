"""Reviews: what the papers would argue, before any is written."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify

from casework.review import review
from casework.schema import load_case
from service import review_schemas as shapes
from service.json_body import json_body
from service.operation import Answer, Operation, described
from service.parts import parts
from service.reading import AllProblems, read_body
from service.request_schemas import ReviewBody

reviews = Blueprint("reviews", __name__, url_prefix="/v1/reviews")


@reviews.post("")
@described(
    Operation(
        tag="reviews",
        summary="Look at a case",
        description="Findings, trials, criteria, deadlines, recommended documents. "
        "Nothing is stored.",
        scope="read",
        body=ReviewBody,
        answers={200: Answer("The review.", shapes.Review)},
        refuses=("not_json", "too_large", "unsupported_media_type", "invalid_request"),
    )
)
def create() -> Response:
    """Review a case."""
    asked, case = _checked()
    letter_date = asked.get("options", {}).get("letter_date")
    day = date.fromisoformat(letter_date) if letter_date else parts().today()
    return jsonify(review(case, parts().knowledge, day).to_json(parts().today()))


def _checked() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields around the case and the loaded case; refuse with the problems of both."""
    _, given = json_body()
    problems = AllProblems()
    asked = problems.attempt(lambda: read_body(ReviewBody, given))
    if given.get("case") is None:
        problems.refuse()
    case = problems.attempt(lambda: load_case(given["case"], parts().knowledge, at="/case"))
    problems.refuse()
    assert asked is not None
    assert case is not None
    return asked, case
