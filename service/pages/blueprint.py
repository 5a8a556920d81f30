"""The blueprint that all staff pages hang on."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("staff", __name__, url_prefix="/staff")
