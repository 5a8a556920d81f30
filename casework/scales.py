"""What a score means: its band, its change, response and remission by the scale's own rules.

Rules: `knowledge/scales/`, one file a scale, each with its sources. Percent is counted from the
scale's lowest value; scores of two scales, or of two versions of one, are never compared. Bands of
a scale whose file is not verified are not used, nor is any line that it lists as `from_memory`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from casework.english import joined
from casework.knowledge_base.model import Band, ResponseRule, Scale


@dataclass(frozen=True)
class Change:
    """Two scores of one scale compared; ``better`` and ``worse`` follow the scale's direction.

    ``percent`` is the improvement in whole percent, negative when worse, None where none may be
    counted. ``responded``, ``remitted`` and ``meaningful`` are None where the scale has no line
    that was read. ``warning`` names the stricter line that the change does not reach.
    """

    points: float
    percent: int | None
    better: bool
    worse: bool
    responded: bool | None
    remitted: bool | None
    meaningful: bool | None
    warning: str


def short_name(scale: Scale) -> str:
    """Return the name before the comma of the title: "PHQ-9"."""
    return scale.title.partition(",")[0].strip()


def long_name(scale: Scale) -> str:
    """Return the name after the comma of the title, "Patient Health Questionnaire"; or none."""
    return scale.title.partition(",")[2].strip()


def band_of(scale: Scale, value: float) -> Band | None:
    """Return the band of `value`; None without verified bands or outside them.

    Half points are rounded down, as the table behind the YMRS bands does.
    """
    if not scale.verified:
        return None
    return next((band for band in scale.band if band.low <= floor(value) <= band.high), None)


def score_fault(scale: Scale, value: float) -> str:
    """Return what is wrong with a score, or an empty text when the scale can give it."""
    if scale.minimum <= value <= scale.maximum:
        return ""
    return f"{short_name(scale)} goes from {scale.minimum} to {scale.maximum}"


def items_fault(scale: Scale, value: float, items: Sequence[float]) -> tuple[str, str] | None:
    """Return (code, message) when item scores do not bear out the total, else None.

    The codes are those of `schema/errors.py`; a message repeats no score. Where a total is no plain
    sum (QIDS: nine domains from 16 items), only number and range are checked.
    """
    return (
        _number_fault(scale, items) or _range_fault(scale, items) or _sum_fault(scale, value, items)
    )


def _number_fault(scale: Scale, items: Sequence[float]) -> tuple[str, str] | None:
    if scale.items is None:
        return None
    wanted = {scale.items, scale.items * scale.ratings_per_item}
    if len(items) in wanted:
        return None
    asked = joined([str(number) for number in sorted(wanted)], "or")
    return "wrong_number_of_items", f"must be {asked} item scores"


def _range_fault(scale: Scale, items: Sequence[float]) -> tuple[str, str] | None:
    if scale.item_range is None:
        return None
    low, high = scale.item_range
    if all(low <= item <= high for item in items):
        return None
    return (
        "item_outside_range",
        f"must each be from {low} to {high}, the range of that scale’s items",
    )


def _sum_fault(scale: Scale, value: float, items: Sequence[float]) -> tuple[str, str] | None:
    if not _is_plain_sum(scale) or sum(items) == value:
        return None
    return "items_do_not_add_up", "must add up to the score"


def _is_plain_sum(scale: Scale) -> bool:
    if scale.items is None:
        return False
    return scale.item_range is None or scale.items * scale.item_range[1] == scale.maximum


def response_rule(scale: Scale) -> ResponseRule | None:
    """Return the scale's definition of response, None where none was read or none can be."""
    if scale.category_scale or "response" in scale.from_memory:
        return None
    return scale.response


def responded(scale: Scale, first: float, latest: float) -> bool:
    """Whether the fall from `first` to `latest` is response by the scale's own definition.

    False too where there is no definition to go by: ask `response_rule` before saying "no response".
    """
    rule = response_rule(scale)
    if rule is None:
        return False
    gain = _gain(scale, first, latest)
    if rule.rule == "points_drop":
        return rule.points is not None and gain >= rule.points
    above = _above_best(scale, first)
    return rule.percent is not None and above > 0 and gain * 100 >= rule.percent * above


def remission_line(scale: Scale) -> float | None:
    """Return the highest score that counts as remission, None where none was read."""
    if scale.remission is None or "remission" in scale.from_memory:
        return None
    return scale.remission.below_or_equal


def remitted(scale: Scale, latest: float) -> bool | None:
    """Whether `latest` is remission by the scale's line; None without one."""
    line = remission_line(scale)
    return None if line is None else latest <= line


def percent_gain(scale: Scale, first: float, latest: float) -> float | None:
    """Return the improvement in percent of `first`, negative when worse.

    None for a category scale, and where the first score leaves no room to improve.
    """
    above = _above_best(scale, first)
    if scale.category_scale or above <= 0:
        return None
    return _gain(scale, first, latest) / above * 100


def whole_percent(percent: float) -> int:
    """Return `percent` cut to a whole number, so that 49.8 is never told as the half that counts."""
    return int(percent)


def worsened(scale: Scale, first: float, latest: float) -> bool:
    """Whether the score went the wrong way; how much that matters is for the clinician."""
    return _gain(scale, first, latest) < 0


def response_lost(scale: Scale, first: float, later: Sequence[float]) -> bool:
    """Whether some score of `later` (oldest first) was a response and the last is none."""
    if not later or responded(scale, first, later[-1]):
        return False
    return any(responded(scale, first, value) for value in later)


def change(scale: Scale, first: float, latest: float) -> Change:
    """Compare two scores of `scale`."""
    gain = _gain(scale, first, latest)
    percent = percent_gain(scale, first, latest)
    return Change(
        points=abs(gain),
        percent=None if percent is None else whole_percent(percent),
        better=gain > 0,
        worse=gain < 0,
        responded=responded(scale, first, latest) if response_rule(scale) else None,
        remitted=remitted(scale, latest),
        meaningful=_meaningful(scale, gain),
        warning=_warning(scale, gain),
    )


def _gain(scale: Scale, first: float, latest: float) -> float:
    return first - latest if scale.direction == "higher_is_worse" else latest - first


def _above_best(scale: Scale, first: float) -> float:
    if scale.direction == "higher_is_worse":
        return first - scale.minimum
    return scale.maximum - first


def _meaningful(scale: Scale, gain: float) -> bool | None:
    if scale.meaningful_change is None or "meaningful_change" in scale.from_memory:
        return None
    return gain >= scale.meaningful_change


def _warning(scale: Scale, gain: float) -> str:
    stricter = scale.stricter_meaningful_change
    if stricter is None or not _meaningful(scale, gain) or gain >= stricter:
        return ""
    return f"a strict reader asks for a change of {stricter} points on the {short_name(scale)}"
