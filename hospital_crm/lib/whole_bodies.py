"""What a browser announced comes whole or not at all: half a form can be saved too, with a number that ends early."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class BodyCutOff(OSError):
    """The line broke before all that was announced had come; Django gives up on such a form."""


class WholeBody:
    """A request's body that ends with an error where fewer bytes come than were announced."""

    def __init__(self, stream: Any, announced: int) -> None:
        self._stream = stream
        self._left = announced
        self.broke_off = False

    def read(self, size: int | None = -1) -> bytes:
        """Raises BodyCutOff."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        parts = []
        while wanted > 0:
            part = self._stream.read(wanted)
            if not part:
                self.broke_off = True
                raise BodyCutOff
            parts.append(part)
            wanted -= len(part)
            self._left -= len(part)
        return b"".join(parts)

    def readline(self, size: int | None = -1) -> bytes:
        """Raises BodyCutOff."""
        most = self._left if size is None or size < 0 else min(size, self._left)
        line = b""
        while len(line) < most and not line.endswith(b"\n"):
            line += self.read(1)
        return line


def with_whole_bodies(application: Application) -> Application:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        announced = str(environ.get("CONTENT_LENGTH") or "")
        if announced.isascii() and announced.isdigit():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(announced))
        return application(environ, start_response)

    return answer


def clear_up_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Leaves nothing behind of a file of which only a part came: Django would keep that until memory is cleared up."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request.META.get("wsgi.input"), "broke_off", False):
            for handler in request.upload_handlers:
                handler.upload_interrupted()
        return response

    return answer
