"""The edge of the service: bodies of bearable size, headers on every answer, and no fault told with its values."""

import json
import logging
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import ProblemError, answer

LOG = logging.getLogger("tsunagu")
HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
}


class TooLargeError(Exception):
    """More was sent than is read."""


class Edge:
    """An ASGI layer around the whole service."""

    def __init__(self, app: ASGIApp, most: int, most_import: int) -> None:
        self._app, self._most, self._most_import = app, most, most_import

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, count its bytes, and give the answer its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most_import if scope["path"].startswith(("/v1/town", "/admin/town")) else self._most
        sending = _Sending(send)
        try:
            if _told_length(scope) > most:
                raise TooLargeError
            await self._app(scope, _counted(receive, most), sending.send)
        except TooLargeError:
            headers = {"Connection": "close"}
            await sending.instead(ProblemError("too_large", headers=headers), scope, receive)
        except Exception as error:
            LOG.error("fault %s", told(error))  # never its message: it may hold a person's data
            await sending.instead(ProblemError("fault"), scope, receive)


class _Sending:
    """What is sent, with our headers; and a problem instead, where nothing was sent yet."""

    def __init__(self, send: Send) -> None:
        self._send, self._begun = send, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            present = {name.lower() for name, _ in message["headers"]}
            ours = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in present]
            message = {**message, "headers": [*message["headers"], *ours]}
        await self._send(message)

    async def instead(self, problem: ProblemError, scope: Scope, receive: Receive) -> None:
        if not self._begun:
            await answer(problem)(scope, receive, self.send)


def _counted(receive: Receive, most: int) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise TooLargeError
        return message

    return counted


def told(error: BaseException) -> str:
    """An error for the log: its kind and where it was, without any value."""
    places, at = [], error.__traceback__
    while at is not None:
        places.append(f"{at.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{at.tb_lineno}")
        at = at.tb_next
    return json.dumps({"kind": type(error).__name__, "at": places[-6:]})


def _told_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and len(value) < 19:
            return int(value)
    return 0
