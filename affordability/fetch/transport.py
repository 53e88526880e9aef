"""A session that is patient with a bad network, and no longer than it was told to be.

urllib3's `Retry` is the policy: which answers are worth asking again (429 and 5xx), how often, how
long to wait in between (backoff with jitter, `Retry-After` where the server names one). The loop is
ours, because the adapter's own loop ends when the headers have come: a body that is cut off, reset
or dripping would be neither retried nor bounded. Each attempt therefore runs in a thread of its own
that is waited for only so long; this also bounds name resolution, which knows no timeout.

A body is unpacked piece by piece up to a size no honest answer has. A redirect is followed on the
host that was asked and never from https to http: what another host says is another source.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urljoin, urlsplit

import requests
from requests.hooks import dispatch_hook
from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util import Retry

from affordability.fetch.refusal import FetchError

WORTH_ASKING_AGAIN = (429, 500, 502, 503, 504)
MOST_REDIRECTS = 5
ENCODINGS = ("", "identity", "gzip", "deflate")  # once packed; what is packed twice is a bomb
AGAIN = "nothing was written; fetch again later"
BROKEN_CONNECTION = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


@dataclass(frozen=True)
class Patience:
    """How long to wait for what; every figure in seconds but the retries and bytes.

    `first_answer` and `first_retries` bound the wait for any sign of life, so that no network is
    told apart from a slow one; `question` bounds all attempts at one question, `total` everything
    asked through one session. `answer_bytes` bounds one answer, `total_bytes` all, unpacked.
    """

    connect: float = 5
    read: float = 60
    attempt: float = 90
    first_answer: float = 40
    question: float = 240
    total: float = 900
    answer_bytes: int = 100_000_000
    total_bytes: int = 1_000_000_000
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


class NotThere(FetchError):
    """The host answered, and has nothing at the address."""


class PatientSession(requests.Session):
    """A `requests.Session` whose `get` retries what may pass, within bounds, one call at a time.

    Raises:
        FetchError: the host cannot be reached, keeps failing, answers anything but 200, sends us to
            another host, says more than anyone could want to know, or the time is up.
    """

    answers = (200,)  # not 206: a part is no answer

    def __init__(self, patience: Patience | None = None):
        super().__init__()
        self.patience = patience or Patience()
        self.headers["User-Agent"] = f"llm-affordability requests/{version('requests')}"
        self.headers["Accept-Encoding"] = "gzip, deflate"
        self.answered = False
        self.started: float | None = None
        self.asked = 0.0
        self.bytes = 0

    def get(self, url: str, **options) -> requests.Response:
        """Return the answer to a GET, whole; hooks see only the answer that is kept."""
        hooks = options.pop("hooks", {})
        options.setdefault("timeout", (self.patience.connect, self.patience.read))
        return dispatch_hook("response", hooks, self._patiently(url, options))

    def remaining(self) -> float:
        """Return the seconds left of the total, the question, and the wait for a first answer."""
        now = time.monotonic()
        if self.started is None:
            self.started = now
        total = self.patience.total
        if not self.answered:
            total = min(total, self.patience.first_answer)
        return min(self.started + total, self.asked + self.patience.question) - now

    def _patiently(self, url: str, options: dict) -> requests.Response:
        policy = self.patience.policy(self.answered)
        self.asked = time.monotonic()
        while True:
            reply, error = self._attempt(url, options)
            came = said(reply, error)
            if reply is not None and reply.status_code not in WORTH_ASKING_AGAIN:
                if reply.status_code not in self.answers:
                    kind = NotThere if reply.status_code == 404 else FetchError
                    raise kind(f"{host(url)}: {came} to {reply.url}; {AGAIN}")
                return reply
            try:
                policy = policy.increment("GET", url, reply and reply.raw, error)
            except MaxRetryError:
                raise FetchError(self._given_up(url, came)) from error
            self._pause(policy, url, reply, came)

    def _attempt(self, url: str, options: dict):
        """Return (reply, None) or (None, the error of a broken connection)."""
        limit = min(self.patience.attempt, self.remaining())
        try:
            reply = self._whole_within(limit, url, options)
        except BROKEN_CONNECTION as error:
            return None, error
        except requests.RequestException as error:
            raise FetchError(f"{host(url)}: {short(error)}; check the address {url}") from error
        except ValueError as error:  # a redirect to what is no address
            if isinstance(error, FetchError):
                raise
            raise FetchError(f"{host(url)}: {short(error)}; {AGAIN}") from error
        self.answered = True
        return reply, None

    def _whole_within(self, limit: float, url: str, options: dict) -> requests.Response:
        """Return an answer with its body read, within so many seconds."""
        return bounded(lambda: self._read(self._opened(url, options)), limit)

    def _opened(self, url: str, options: dict) -> requests.Response:
        """Return an answer whose body is still to be read, from the host that was asked."""
        for _ in range(MOST_REDIRECTS + 1):
            reply = super().get(url, stream=True, allow_redirects=False, **options)
            target = self.get_redirect_target(reply)
            if target is None:
                return reply
            reply.close()
            url = same_host(reply.url, target)
            options = {name: value for name, value in options.items() if name != "params"}
        raise FetchError(f"{host(url)}: sends us in a circle, now to {url}; {AGAIN}")

    def _read(self, reply: requests.Response) -> requests.Response:
        """Read a body within bounds; close the connection if it breaks or does not end."""
        packed = reply.headers.get("Content-Encoding", "").strip().lower()
        parts, size = [], 0
        try:
            if packed not in ENCODINGS:
                raise FetchError(f"{host(reply.url)}: packed its answer as {packed[:40]}; {AGAIN}")
            for part in reply.iter_content(65536):
                size += len(part)
                bound = min(self.patience.answer_bytes, self.patience.total_bytes - self.bytes)
                if size > bound:
                    raise FetchError(
                        f"{reply.url}: answered more than {bound:,} bytes unpacked; {AGAIN}"
                    )
                parts.append(part)
        except BaseException:
            reply.close()
            raise
        self.bytes += size
        reply._content = b"".join(parts)  # where requests itself keeps a body that was read
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
            f"{min(self.patience.question, self.patience.total):.0f} s: {came}; {AGAIN}"
        )


def same_host(url: str, target: str) -> str:
    """Return where a redirect leads; stop if that is another host, or http after https."""
    there = urljoin(url, target)
    old, new = urlsplit(url), urlsplit(there)
    upgraded = (old.scheme, new.scheme) == ("http", "https") and not (old.port or new.port)
    same = old.hostname == new.hostname and "@" not in new.netloc
    if not same or not (upgraded or (old.scheme, old.port) == (new.scheme, new.port)):
        raise FetchError(
            f"{host(url)}: sends us from {url} to {there}, which is not the host that was asked; "
            f"nothing was written; if the service moved there, name it as the endpoint"
        )
    return there


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
