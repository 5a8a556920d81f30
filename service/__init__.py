"""HTTP in, HTTP out: the Flask application of Necessity. Knows no Word and no law."""

from service.app import create_app

__all__ = ["create_app"]
