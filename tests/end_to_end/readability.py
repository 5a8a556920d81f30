"""The reading grade of English (Flesch-Kincaid) and the ease of Spanish (Szigriszt-Pazos).

Kincaid, Fishburne, Rogers and Chissom, 1975: 0.39 times the words of a sentence, plus 11.8 times the
syllables of a word, less 15.59. Syllables are counted by the vowels heard, which is right for nine
words in ten; textstat and its like load a dictionary at first use.

Szigriszt Pazos, 1993: 206.835, less 62.3 times the syllables of a word, less the words of a sentence;
over 65 is easy, 55 to 65 normal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”)\]]*\s+(?=[\"“(\[]?[A-Z0-9])")
_WORD = re.compile(r"[A-Za-z]+(?:[’'][A-Za-z]+)?")
_NO_ENDING = re.compile(r"\b(Dr|Mr|Ms|Mrs|Mx|St|No|vs|al|e\.g|i\.e|U\.S|C\.F\.R|Inc|s|ss)\.")
_VOWELS = re.compile(r"[aeiouy]+")
_CITED = re.compile(r"\s*\([^()]*\d{4}[^()]*\)|\s*\[[^\]]*\]")
_SPANISH_END = re.compile(r"[.!?]+(?:\s|$)")
_SPANISH_WORD = re.compile(r"[^\W\d_]+")
# A strong or accented vowel is a syllable; weak ones are one only where no strong one stands by.
_SPANISH_SYLLABLE = re.compile(r"[aeoáéóíú]|(?<![aeoáéó])[iuü]+(?![aeoáéóiuü])")
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


def ease(paragraphs: Iterable[str]) -> float:
    """Return how easy Spanish paragraphs are to read."""
    texts = list(paragraphs)
    words = [word for text in texts for word in _SPANISH_WORD.findall(text)]
    sentences = sum(max(1, len(_SPANISH_END.findall(text))) for text in texts)
    heard = sum(map(spanish_syllables, words))
    return 206.835 - 62.3 * heard / len(words) - len(words) / sentences


def spanish_syllables(word: str) -> int:
    """Return how many syllables a Spanish word has, one at least."""
    return max(1, len(_SPANISH_SYLLABLE.findall(word.lower())))
