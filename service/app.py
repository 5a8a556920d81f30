"""The Flask application, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from flask import Flask

from casework.knowledge_base.model import Knowledge
from casework.schema import case_json_schema
from service.access import identify_callers, require_keys
from service.body_sizes import CASE_BYTES
from service.client_address import install_client_addresses
from service.converters import install_converters
from service.deadline_views import deadlines
from service.documentation import DOCUMENT, documentation
from service.downloads import downloads
from service.errors import install_error_handlers
from service.event_views import events
from service.kind_views import kinds
from service.knowledge_views import knowledge as knowledge_views
from service.openapi import openapi_document
from service.operation_views import operation
from service.packet_views import packets
from service.pages import install_staff_pages
from service.paper_version_views import paper_versions
from service.parts import EXTENSION, Parts
from service.rate_limits import Rates, install_rate_limits
from service.request_log import install_request_log
from service.review_views import reviews
from service.samples import load_samples
from service.security_headers import install_security_headers
from service.template_views import templates
from service.version import VERSION
from service.webhook_views import webhooks
from settings import Settings
from storage.database import utc_now
from storage.store import Store

_VIEWS = (
    packets,
    paper_versions,
    events,
    reviews,
    kinds,
    knowledge_views,
    templates,
    deadlines,
    webhooks,
    downloads,
    operation,
    documentation,
)


def create_app(
    settings: Settings,
    store: Store,
    knowledge: Knowledge,
    *,
    clock: Callable[[], datetime] = utc_now,
    rates: Rates | None = None,
    log: TextIO | None = None,
) -> Flask:
    """Return the application that serves `store` by the rules of `knowledge`.

    `clock` tells the time in UTC; `log` takes one JSON line a request (default: standard output).
    """
    app = Flask(__name__, template_folder="pages")
    app.config.update(PUBLIC_URL=settings.public_url, MAX_CONTENT_LENGTH=CASE_BYTES)
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask's own provider has it
    # An address with a doubled slash is a wrong address, not one to be sent elsewhere.
    app.url_map.merge_slashes = False
    case_schema = case_json_schema()
    app.extensions[EXTENSION] = Parts(
        settings, store, knowledge, load_samples(), case_schema, clock
    )
    install_client_addresses(app, settings.trusted_proxies)
    install_request_log(app, log)
    identify_callers(app)
    install_rate_limits(app, rates or Rates(), settings.redis_url or "memory://")
    require_keys(app)
    install_security_headers(app)
    install_error_handlers(app)
    install_converters(app)
    for views in _VIEWS:
        app.register_blueprint(views)
    install_staff_pages(app)
    app.extensions[DOCUMENT] = openapi_document(app, VERSION, case_schema)
    return app
