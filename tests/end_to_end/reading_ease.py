"""How hard a text is to read: the school grade of English, the ease of Spanish."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ADDRESS = re.compile(r"\S*\w\.(?:org|gov|com)\S*")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_END = re.compile(r"[.!?]+(?:\s|$)")
_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
# Each strong or accented vowel is a syllable; weak ones are one only where no strong one stands by.
_SPANISH_SYLLABLE = re.compile(r"[aeoáéóíú]|(?<![aeoáéó])[iuü]+(?![aeoáéóiuü])")


def grade(texts: Sequence[str]) -> float:
    """Return the Flesch-Kincaid grade of English paragraphs."""
    words, sentences = _counted(texts)
    syllables = sum(_english_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def ease(texts: Sequence[str]) -> float:
    """Return the Szigriszt-Pazos perspicuity of Spanish paragraphs; 55 to 65 is normal, above it easy."""
    words, sentences = _counted(texts)
    syllables = sum(_spanish_syllables(word) for word in words)
    return 206.835 - 62.3 * syllables / len(words) - len(words) / sentences


def _counted(texts: Sequence[str]) -> tuple[list[str], int]:
    plain = [_ADDRESS.sub("", text) for text in texts]
    words = [word for text in plain for word in _WORD.findall(text)]
    sentences = sum(max(1, len(_END.findall(text))) for text in plain if _WORD.search(text))
    return words, sentences


def _english_syllables(word: str) -> int:
    low = word.lower()
    groups = len(_ENGLISH_VOWELS.findall(low))
    silent = (low.endswith("e") and not low.endswith(("le", "ee", "ye"))) or re.search(
        r"[^aeioutd]ed$", low
    )
    return max(1, groups - bool(silent))


def _spanish_syllables(word: str) -> int:
    return max(1, len(_SPANISH_SYLLABLE.findall(word.lower())))
