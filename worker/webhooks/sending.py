"""Messages that are due, sent by a few threads; the rows say what is due and what became of it."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore

import structlog

from settings import Settings
from storage.callback_url import BadCallback, read_callback
from storage.database import utc_now
from storage.faults import StorageFault
from storage.records import WebhookCall
from storage.store import Store
from storage.webhook_calls import Outcome
from worker.exceptions import place
from worker.webhooks.exchange import Line, NoAnswer, post
from worker.webhooks.message import body_of, signed_headers

_log = structlog.get_logger()

AT_ONCE = 8
_GONE = 410


class Senders:
    """A few threads that call; each sends one message at a time."""

    def __init__(self, store: Store, settings: Settings, line: Line | None = None) -> None:
        self._store = store
        self._settings = settings
        self._line = line or Line(dev=settings.dev)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._idle = BoundedSemaphore(AT_ONCE)

    def send_due(self) -> None:
        """Hand what is due to the threads that are idle, without waiting for them.

        Raises:
            StorageFault: the rows do not answer.
        """
        while self._idle.acquire(blocking=False):
            call = self._claimed()
            if call is None:
                return
            self._threads.submit(self._send, call).add_done_callback(self._done)

    def close(self) -> None:
        """Wait until the calls under way have ended, ten seconds at most."""
        self._threads.shutdown(wait=True)

    def _claimed(self) -> WebhookCall | None:
        call = None
        try:
            call = self._store.webhook_calls.claim()
        finally:
            if call is None:
                self._idle.release()
        return call

    def _send(self, call: WebhookCall) -> None:
        said, outcome = self._called(call)
        if outcome == "failed":
            # Never the address: it may hold a token, and a name by mistake.
            _log.warning(
                "webhook failed", message_id=call.message_id, attempt=call.attempt, result=said
            )
        self._store.webhook_calls.finish(call, said, outcome)

    def _called(self, call: WebhookCall) -> tuple[str, Outcome]:
        """Return what was answered, or a word for why nothing was, and what that means."""
        if not call.secrets:
            return "no_webhook_secret", "failed"
        body = body_of(call)
        headers = signed_headers(call.message_id, utc_now(), body, call.secrets)
        try:
            # The operator's list may have become shorter since the packet was accepted.
            url = read_callback(call.url, self._settings.webhook_hosts, dev=self._settings.dev)
            status = post(url, headers, body, self._line)
        except (BadCallback, NoAnswer) as fault:
            return fault.code, "failed"
        return str(status), _meaning(status)

    def _done(self, sent: Future[None]) -> None:
        self._idle.release()
        error = sent.exception()
        if isinstance(error, StorageFault):
            _log.error("webhook's result lost", code=error.code)
        elif error is not None:
            _log.error("webhook broken off", exception=type(error).__name__, at=place(error))


def _meaning(status: int) -> Outcome:
    """Return what a status means; a redirect is a failure like any other."""
    if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110, 15.3
        return "delivered"
    return "gone" if status == _GONE else "failed"
