"""The media types of documents, and the ending that a file of each has."""

from __future__ import annotations

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
ENDINGS = {WORD: "docx", PDF: "pdf", "text/calendar": "ics"}
