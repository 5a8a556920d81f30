"""The reading grade of a text (Flesch-Kincaid), for prose that stands outside tables and references.

Kincaid, Fishburne, Rogers and Chissom, 1975: 0.39 times the words of a sentence, plus 11.8 times the
syllables of a word, less 15.59. Syllables are counted by the vowels heard, which is right for nine
words in ten; textstat and its like load a dictionary at first use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”)\]]*\s+(?=[\"“(\[]?[A-Z0-9])")
_WORD = re.compile(r"[A-Za-z]+(?:[’'][A-Za-z]+)?")
_NO_ENDING = re.compile(r"\b(Dr|Mr|Ms|Mrs|Mx|St|No|vs|al|e\.g|i\.e|U\.S|C\.F\.R|Inc|s|ss)\.")
_VOWELS = re.compile(r"[aeiouy]+")
_CITED = re.compile(r"\s*\([^()]*\d{4}[^()]*\)|\s*\[[^\]]*\]")
_LEAST_WORDS = 4


def prose(paragraphs: Iterable[str]) -> list[str]:
    """Return the paragraphs that are sentences, without citations and blanks in brackets."""
    kept = [_CITED.sub("", each) for each in paragraphs]
    return [
        each for each in kept if each.rstrip()[-1:] in ".!?”:" and len(each.split()) >= _LEAST_WORDS
    ]


def grade(paragraphs: Iterable[str]) -> float:
    """Return the reading grade of all sentences together; 0 without any."""
    sentences = [s for each in paragraphs for s in sentences_of(each)]
    words = [word for each in sentences for word in _WORD.findall(each)]
    if not words:
        return 0.0
    heard = sum(map(syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * heard / len(words) - 15.59


def sentences_of(paragraph: str) -> list[str]:
    """Split a paragraph at its full stops; semicolons and colons do not end a sentence."""
    text = _NO_ENDING.sub(lambda found: found[0][:-1], paragraph)
    return [each for each in _SENTENCE_END.split(text) if _WORD.search(each)]


def syllables(word: str) -> int:
    """Return how many syllables are heard in a word, one at least."""
    if word.isupper():
        return len(word)  # Read letter by letter: "PTSD".
    plain = word.lower().replace("’", "").replace("'", "")
    if len(plain) <= 3:
        return 1
    plain = re.sub(r"(?:[^laeiouy]es|[^dt]ed|[^laeiouy]e)$", "", plain) or plain
    return max(1, len(_VOWELS.findall(plain)))
