"""A session that is patient with a bad network, and no longer than it was told to be.

urllib3's `Retry` is the policy: which answers are worth asking again (429 and 5xx), how often, how
long to wait in between (backoff with jitter, `Retry-After` where the server names one). The loop is
ours, because the adapter's own loop ends when the headers have come: a body that is cut off, reset
or dripping would be neither retried nor bounded. Each attempt therefore runs in a thread of its own
that is waited for only so long; this also bounds name resolution, which knows no timeout.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlsplit

import requests
from requests.hooks import dispatch_hook
from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util import Retry

from affordability.fetch import FetchError

WORTH_ASKING_AGAIN = (429, 500, 502, 503, 504)
BROKEN_CONNECTION = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


@dataclass(frozen=True)
class Patience:
    """How long to wait for what; every figure in seconds but the two numbers of retries.

    `first_answer` and `first_retries` bound the wait for any sign of life, so that no network is
    told apart from a slow one; `total` bounds everything asked through one session.
    """

    connect: float = 5
    read: float = 60
    attempt: float = 180
    first_answer: float = 40
    total: float = 1800
    retries: int = 5
    first_retries: int = 3
    backoff: float = 1
    backoff_max: float = 60
    jitter: float = 1.0

    def policy(self, answered: bool) -> Retry:
        """Return a new retry policy, for a host that has answered before or has not."""
        return Retry(
            total=self.retries if answered else min(self.retries, self.first_retries),
            status_forcelist=WORTH_ASKING_AGAIN,
            allowed_methods={"GET"},
            backoff_factor=self.backoff,
            backoff_max=self.backoff_max,
            backoff_jitter=self.jitter,
        )


class PatientSession(requests.Session):
    """A `requests.Session` whose `get` retries what may pass, within bounds, one call at a time.

    Raises:
        FetchError: the host cannot be reached, keeps failing, or the time is up.
    """

    def __init__(self, patience: Patience | None = None):
        super().__init__()
        self.patience = patience or Patience()
        self.headers["User-Agent"] = f"llm-affordability requests/{version('requests')}"
        self.answered = False
        self.started: float | None = None

    def get(self, url: str, **options) -> requests.Response:
        """Return the answer to a GET, whole; hooks see only the answer that is kept."""
        hooks = options.pop("hooks", {})
        options.setdefault("timeout", (self.patience.connect, self.patience.read))
        return dispatch_hook("response", hooks, self._patiently(url, options))

    def remaining(self) -> float:
        """Return the seconds left of the total, or of the wait for the first answer."""
        if self.started is None:
            self.started = time.monotonic()
        bound = self.patience.total
        if not self.answered:
            bound = min(bound, self.patience.first_answer)
        return self.started + bound - time.monotonic()

    def _patiently(self, url: str, options: dict) -> requests.Response:
        policy = self.patience.policy(self.answered)
        while True:
            reply, error = self._attempt(url, options)
            if reply is not None and reply.status_code not in WORTH_ASKING_AGAIN:
                return reply
            came = said(reply, error)
            try:
                policy = policy.increment("GET", url, reply and reply.raw, error)
            except MaxRetryError:
                raise FetchError(self._given_up(url, came)) from error
            self._pause(policy, url, reply, came)

    def _attempt(self, url: str, options: dict):
        """Return (reply, None) or (None, the error of a broken connection)."""
        limit = min(self.patience.attempt, self.remaining())
        try:
            reply = bounded(lambda: self._whole(url, options), limit)
        except BROKEN_CONNECTION as error:
            return None, error
        except requests.RequestException as error:
            raise FetchError(f"{host(url)}: {short(error)}; check the address {url}") from error
        self.answered = True
        return reply, None

    def _whole(self, url: str, options: dict) -> requests.Response:
        """Return an answer with its body read; close the connection if the body breaks."""
        reply = super().get(url, stream=True, **options)
        try:
            reply.content  # noqa: B018  read now and kept by the reply
        except BaseException:
            reply.close()
            raise
        return reply

    def _pause(self, policy: Retry, url: str, reply, came: str) -> None:
        wait = policy.get_backoff_time()
        # a Retry-After that nobody can read is no reason to give up: back off as usual
        with contextlib.suppress(InvalidHeader):
            wait = (reply is not None and policy.get_retry_after(reply.raw)) or wait
        if wait >= self.remaining():
            left = f"the next attempt is due in {wait:.0f} s, {max(self.remaining(), 0):.0f} s are"
            raise FetchError(self._given_up(url, f"{came}, {left} left"))
        time.sleep(wait)

    def _given_up(self, url: str, came: str) -> str:
        if not self.answered:
            return f"{host(url)} cannot be reached ({came}); check the network or the endpoint"
        return (
            f"{host(url)}: asked up to {self.patience.retries + 1} times within "
            f"{self.patience.total:.0f} s: {came}; nothing was written; fetch again later"
        )


def bounded(call: Callable, seconds: float):
    """Return what `call` returns, or raise its error; `requests.Timeout` after `seconds`.

    The thread of a call that is given up is left to its own timeouts; it blocks no exit.
    """
    box: queue.SimpleQueue = queue.SimpleQueue()

    def run() -> None:
        try:
            box.put((call(), None))
        except BaseException as error:  # handed over, not swallowed: raised again by the waiter
            box.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = box.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise requests.Timeout(f"no whole answer within {max(seconds, 0):.1f} s") from None
    if error is not None:
        raise error
    return result


def said(reply: requests.Response | None, error: Exception | None) -> str:
    """Return in a few words what came back."""
    if reply is not None:
        return f"it answered {reply.status_code} {reply.reason}".strip()
    return short(error)


def short(error: Exception) -> str:
    """Return the innermost reason of a requests error, in one line."""
    while inner := error.__cause__ or (not error.__suppress_context__ and error.__context__):
        error = inner
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def host(url: str) -> str:
    """Return the host of an address, with its port if it has one."""
    return urlsplit(url).netloc or url
