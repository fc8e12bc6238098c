"""Logs: one JSON object a line, and nothing in it that tells who a resident is.

An event holds the route's template, never the path, the query, a header, a body, a key or an address. Of an exception
its type and the lines of code are kept, not its message: messages of databases and parsers quote what was sent.
"""

import asyncio
import json
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, MutableMapping
from datetime import UTC, datetime
from typing import TextIO, cast

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.multipart import BadContentDispositionHeader, BadContentDispositionParam
from structlog.typing import FilteringBoundLogger

from gateway.errors import OtklikError

LOG = web.AppKey("log", FilteringBoundLogger)
REQUEST_ID = web.RequestKey("request_id", str)

_FRAMES = 20
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


def configure(*, level: str = "info", stream: TextIO | None = None) -> None:
    """Send the logs of this process to a stream, stderr if none is given; of our libraries' only what went wrong."""
    sink = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _with_trace,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(serializer=_dump),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _OncePerTurn(sink))),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sink)
    handler.setFormatter(_Discreet())
    handler.addFilter(_is_ours_to_mend)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for category in (BadContentDispositionHeader, BadContentDispositionParam):  # they quote names of files
        warnings.simplefilter("ignore", category)


def make_logger() -> FilteringBoundLogger:
    """Return a logger as it is configured now."""
    logger: FilteringBoundLogger = structlog.get_logger().bind()
    return logger


class RequestLog:
    """Writes the line of a request: spelt out, since composing it takes longer than looking up the agency."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        logger = structlog.get_config()["logger_factory"]()
        self._write: Callable[[str], None] | None = logger.msg if log.is_enabled_for(logging.INFO) else None

    def __call__(self, *, request_id: str, method: str, route: str, status: int, seconds: float, size: int) -> None:
        """Write it, if requests are to be logged; `route` is a template, in which nothing needs quoting."""
        if self._write is not None:
            self._write(
                f'{{"event":"request","level":"info","at":"{datetime.now(UTC).isoformat()}",'
                f'"request_id":"{request_id}","method":"{method}","route":"{route}",'
                f'"status":{status},"ms":{seconds * 1000:.2f},"bytes":{size}}}'
            )


REQUEST_LOG = web.AppKey("request_log", RequestLog)


def log_failure(request: web.Request, error: OtklikError, cause: BaseException) -> None:
    """Note why a request could not be served."""
    log = request.app[LOG]
    note = log.error if error.status == OtklikError.status else log.warning
    note("failure", request_id=request.get(REQUEST_ID), code=error.code, trace=list(trace(cause)))


def trace(error: BaseException) -> Iterator[str]:
    """Yield the types of an exception and of its causes, each followed by the lines of code that it came through."""
    seen: BaseException | None = error
    while seen is not None:
        yield f"{type(seen).__module__}.{type(seen).__qualname__}"
        for frame in traceback.extract_tb(seen.__traceback__)[-_FRAMES:]:
            yield f"{frame.filename}:{frame.lineno} {frame.name}"
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _with_trace(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Put in place of an exception under way where it came from, and nothing that was said."""
    told = event.pop("exc_info", None)
    error = told if isinstance(told, BaseException) else sys.exc_info()[1]
    return {**event, "trace": list(trace(error))} if told and error is not None else event


class _OncePerTurn:
    """Gathers what is written during one turn of an event loop, and writes it at its end; outside a loop, at once.

    On the way that every appeal takes, writing each line by itself costs more than checking the whole form.
    """

    def __init__(self, sink: TextIO) -> None:
        self._sink = sink
        self._lines: list[str] = []
        self._turning: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def write(self, line: str) -> None:
        """Take a line."""
        loop = _running_loop()
        with self._lock:
            self._lines.append(line)
            is_awaited = loop is not None and loop is self._turning
            self._turning = loop
        if loop is None:
            self._write_all()
        elif not is_awaited:
            loop.call_soon(self._write_all)

    def flush(self) -> None:
        """Leave it to the end of the turn."""

    def _write_all(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, []
            self._turning = None
        self._sink.write("".join(lines))
        self._sink.flush()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class _Discreet(logging.Formatter):
    """Writes what libraries log: the message without its arguments, the exception without its message."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {"event": str(record.msg) if record.args else "log", "logger": record.name}
        if record.exc_info and record.exc_info[1]:
            event["trace"] = list(trace(record.exc_info[1]))
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        return _dump({**event, "level": record.levelname.lower(), "at": at})


def _is_ours_to_mend(record: logging.LogRecord) -> bool:
    """Leave out what aiohttp says of callers that speak no HTTP or have gone away."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | ConnectionError)


def _dump(event: object, **_: object) -> str:
    return _ENCODER.encode(event)
