"""The case schema, version 1: validation with every error at once, and what is published of it."""

from casework.schema.errors import ERROR_CODES
from casework.schema.load import load_case
from casework.schema.published import case_json_schema, field_label

__all__ = ["ERROR_CODES", "case_json_schema", "field_label", "load_case"]
