"""Words and figures of the pages, as filters of their templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from casework.english import long_date
from casework.schema import field_label
from service.countdown import ISO_DAY
from service.parts import parts

DONE: Mapping[str, str] = {
    "erased": "The packet was erased.",
    "recorded": "Recorded. Deadlines and the next step follow from it.",
    "retried": "The failed papers are being written again.",
    "saved": "Saved.",
    "discarded": "The unfinished case was erased.",
    "accepted": "Accepted. The papers are being written.",
    "resent": "The callback address is told again.",
    "previewed": "The preview is being written from that template version.",
    "activated": "In use: papers written from now on are written from this version.",
    "rolled_back": "Taken back. The version before it is in use again, or the built-in template.",
    "address_ended": "The calendar address no longer works.",
}
"""What a page says after something was done, by the word in its address."""

_FIELD = re.compile(r"`([a-z_.]+)`")
_DAYS_OF_NOTICE = 1


def day(value: str | date | datetime | None) -> str:
    """Return a day in words, where the clinic is; "" for none."""
    if value is None or value == "":
        return ""
    return long_date(_date(value))


def clock(value: datetime) -> str:
    """Return day and time where the clinic is."""
    local = value.astimezone(parts().settings.timezone)
    return f"{long_date(local.date())}, {local:%H:%M}"


def left(days: int | None) -> str:
    """Return how far off a day is."""
    if days is None:
        return ""
    if days == 0:
        return "today"
    if abs(days) == _DAYS_OF_NOTICE:
        return "tomorrow" if days > 0 else "yesterday"
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def size(count: int | None) -> str:
    """Return a file's size for people."""
    if count is None:
        return ""
    return f"{max(1, round(count / 1024)):,} kB"


def plain(name: str) -> str:
    """Return an id's words: `letter_of_medical_necessity` is "letter of medical necessity"."""
    return name.replace("_", " ").replace("-", " ")


def sentence(text: str) -> str:
    """Return text with its first letter large."""
    return text[:1].upper() + text[1:]


def spoken(text: str) -> str:
    """Return a sentence written for programs too, with the words of the fields that it names."""
    return _FIELD.sub(_in_words, text.replace(" with `based_on`", ""))


def _in_words(named: re.Match[str]) -> str:
    return field_label("/" + named[1].replace(".", "/"))


_WHO = {"member": "the patient", "provider": "the clinic"}


def who(owed_by: str) -> str:
    """Return who must act, as people of the clinic say it."""
    return _WHO.get(owed_by, f"the {owed_by}")


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _date(value: str | date | datetime) -> date:
    if isinstance(value, datetime):
        return value.astimezone(parts().settings.timezone).date()
    if isinstance(value, date):
        return value
    if len(value) == ISO_DAY:
        return date.fromisoformat(value)
    return _date(datetime.fromisoformat(value))


FILTERS: Mapping[str, Callable[..., str]] = {
    "day": day,
    "clock": clock,
    "left": left,
    "size": size,
    "plain": plain,
    "sentence": sentence,
    "counted": counted,
    "spoken": spoken,
    "who": who,
}
