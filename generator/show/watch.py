"""A page that is made anew whenever a file is saved -> the same page in a browser, served to this machine alone."""

import gc
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import compare_digest, token_urlsafe
from threading import Condition, Lock, Thread
from time import sleep
from typing import Any

from watchfiles import watch

from generator.base.files import Unusable, open_plain, reason

_LOOPBACK = "127.0.0.1"
_HTTP = 80  # the port that a browser leaves out
_CALM, _PATIENCE = 50, 400  # ms without a change, and at most, before what was saved is read
_SOON = 10  # ms in place of `_CALM`, where every file that was saved looks whole
_BLOCK = 4096  # bytes: programs that write a file in pieces end each but the last at a multiple of it
_MOST_SAVES = 20  # until memory is tidied up without a pause between two of them, and until all of it is
_POLL = 300  # ms between looks at the files themselves, where the system can watch no more of them
_LOOK_UP = 500  # ms between looks whether a folder is still the one that is watched
_HEARTBEAT = 15  # s; a browser that went away is noticed by then


_MOST_SENT = 1_000_000  # bytes
_DRAWN = "/masks"

File = Callable[[], tuple[str, bytes]]  # its media type and its bytes. May raise Unusable
Take = Callable[[bytes], tuple[bool, str]]  # whether what was sent was written, and what to say of it


class Site:
    """The page as it is now, and those who wait for the next. Threads share it.

    `take` is given what the page sends, one at a time; only this run's page knows the `token` that opens it.
    """

    def __init__(self, take: Take | None = None) -> None:
        self.token = token_urlsafe() if take else ""
        self._take, self._taking = take, Lock()
        self._changed = Condition()
        self._page, self._version, self._open = b"", "", True
        self._files: Mapping[str, File] = {}

    def publish(self, page: bytes, version: str, files: "Mapping[str, File]") -> None:
        """Show another page from now on, and the `files` beside it by their addresses."""
        with self._changed:
            self._page, self._version, self._files = page, version, files
            self._changed.notify_all()

    def close(self) -> None:
        """Let everybody go who waits."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def opens(self, token: str) -> bool:
        """Say whether that is the token of this run."""
        return bool(self.token) and compare_digest(token.encode(), self.token.encode())

    def take(self, body: bytes) -> tuple[bool, str]:
        """Hand over what the page sent."""
        assert self._take
        with self._taking:
            return self._take(body)

    def file(self, address: str) -> "File | None":
        """Return a file that the page has beside it."""
        with self._changed:
            return self._files.get(address)

    @property
    def page(self) -> bytes:
        """The page as it is now."""
        with self._changed:
            return self._page

    def versions(self) -> Iterator[str]:
        """Yield the version, and then every other; "" where a while went by without one."""
        known = ""
        while True:
            with self._changed:
                if self._version == known:
                    self._changed.wait(_HEARTBEAT)
                if not self._open:
                    return
                fresh, known = self._version != known, self._version
            yield known if fresh else ""


@contextmanager
def served(site: Site, port: int) -> Iterator[str]:
    """Serve a site on a port, 0 for any that is free; yield its address. Raises Unusable where the port is taken."""
    try:
        server = _Server((_LOOPBACK, port), type("Handler", (_Handler,), {"site": site}))
    except OSError as problem:
        raise Unusable(f"port {port} cannot be used: {reason(problem)}") from None
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{_LOOPBACK}:{server.server_port}/"
    finally:
        site.close()
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """Answers each request in a thread of its own; a connection that breaks is not worth a word."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep silent where the browser went away."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Answers this machine's own browser and nothing else: GET and HEAD of page and versions, POST of what is drawn.

    Another name in the address means that a page from elsewhere had its name point here, to read what is served; and
    a browser says of a request which site's page made it.

    Source: https://www.w3.org/TR/fetch-metadata/
    """

    site: Site
    timeout = 60  # s
    server_version, sys_version = "deckwright", ""

    def do_HEAD(self) -> None:
        """Answer with what GET answers, without the body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer."""
        if refusal := self._refusal():
            self._answer(403, "text/plain", refusal)
        elif self.path == "/":
            self._answer(200, "text/html; charset=utf-8", self.site.page)
        elif self.path == "/events":
            with suppress(OSError):  # the browser went away
                self._tell()
        elif file := self.site.file(self.path):
            try:
                self._answer(200, *file())
            except Unusable:  # it went away since the page was made
                self._answer(404, "text/plain", b"there is no such file any more\n")
        else:
            self._answer(404, "text/plain", b"there is no such page\n")

    def do_POST(self) -> None:
        """Take what was drawn on a picture, from the page of this run alone."""
        origins, length = self.headers.get_all("Origin", []), self.headers.get("Content-Length", "")
        if refusal := self._refusal() or (not origins and b"only the page itself may send something here\n"):
            self._answer(403, "text/plain", refusal)
        elif not self.site.opens(self.headers.get("X-Token", "")):
            self._answer(403, "text/plain", b"this page is of an earlier run: reload it\n")
        elif self.path != _DRAWN:
            self._answer(404, "text/plain", b"there is no such page\n")
        elif not re.fullmatch("[0-9]{1,9}", length) or int(length) > _MOST_SENT:
            self._answer(413, "text/plain", b"this is more than masks\n")
        else:
            written, said = self.site.take(self.rfile.read(int(length)))
            self._answer(200 if written else 409, "text/plain; charset=utf-8", said.encode())

    def _refusal(self) -> bytes:
        """Return why a request is refused; nothing where it is this machine's own."""
        port = self.connection.getsockname()[1]
        ours = [f"{_LOOPBACK}:{port}", f"localhost:{port}", *((_LOOPBACK, "localhost") if port == _HTTP else ())]
        if self.headers.get_all("Host") not in [[name] for name in ours]:
            return b"only this machine is served\n"
        if self._is_of_another_site(ours):
            return b"links of other pages are not followed here: type the address yourself\n"
        return b""

    def _is_of_another_site(self, ours: Sequence[str]) -> bool:
        """Say whether another site's page made the request, as far as the browser says so."""
        sites, origins = self.headers.get_all("Sec-Fetch-Site", []), self.headers.get_all("Origin", [])
        return not {*sites} <= {"none", "same-origin"} or not {*origins} <= {f"http://{name}" for name in ours}

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        with suppress(OSError):
            self._head(status, kind, ("Content-Length", str(len(body))))
            if self.command != "HEAD":
                self.wfile.write(body)

    def _tell(self) -> None:
        self._head(200, "text/event-stream")
        for version in self.site.versions() if self.command != "HEAD" else ():
            self.wfile.write(f"data: {version}\n\n".encode() if version else b": still here\n\n")
            self.wfile.flush()

    def _head(self, status: int, kind: str, *more: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), *_HEADERS, *more):
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep silent: who asks is the author."""


_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


class _UsedUpError(Exception):
    """The system can watch no more files: inotify has a limit for all programs of a user together."""


def saves(
    folders: Sequence[Path], tell: Callable[[str], None] = lambda said: None, soon: bool = False
) -> Iterator[None]:
    """Yield whenever something below the folders was saved, for ever; a folder may go and come back.

    Where the system can watch no more files, the files are looked at again and again, and `tell` takes one line on it.
    With `soon`, files that look whole are not waited for: for somebody who only shows them.
    """
    polling = False
    while True:
        try:
            yield from _saves(folders, polling, soon)
        except _UsedUpError:
            polling = True
            tell("the system can watch no more files (see: sysctl fs.inotify), so a save shows a moment later")


def _saves(folders: Sequence[Path], polling: bool, soon: bool) -> Iterator[None]:
    """Yield saves until a folder went, came or was replaced."""
    names = {str(name) for path in folders for name in (path, path.absolute())}
    there, untidy, left = _identities(folders), 0, 0
    changing = _changes([path for path, identity in there.items() if any(identity)], polling, soon)
    for turn, changes in enumerate(changing):
        # A folder that went and came back has another identity, unless the file system gave it the same again.
        moved = _identities(folders) != there or not changes.isdisjoint(names)
        saved = changes or moved or not turn  # what was saved before the watch began would be missed
        if saved:
            yield
            untidy += 1
        if untidy and (untidy >= _MOST_SAVES or not saved):  # sooner, the browser would wait for it
            left += untidy
            _tidy_up(thoroughly=left >= _MOST_SAVES)
            untidy, left = 0, left % _MOST_SAVES
        if moved:
            break


def _tidy_up(thoroughly: bool) -> None:
    """Delete what pages and builds leave, which goes in circles: the command line has switched the collector off.

    All that stays is looked through only at times, for that takes 50 ms of a deck of 5,000 notes.
    """
    if thoroughly:
        gc.unfreeze()
    gc.collect()
    gc.freeze()


def _changes(folders: Sequence[Path], polling: bool, soon: bool) -> Iterator[frozenset[str]]:
    """Yield the paths that changed, often none; end where the folders cannot be watched any more. Raises _UsedUp."""
    if folders:
        try:
            yield from _watched(folders, polling, soon)
        except PermissionError:  # of a folder inside, which no deck needs
            with suppress(OSError):
                yield from _watched(folders, polling, soon, in_part=True)
        except (OSError, RuntimeError) as problem:
            # A subclass of OSError is about a folder: it went away before it could be watched.
            if not polling and (type(problem) is OSError or isinstance(problem, RuntimeError)):
                raise _UsedUpError from None
    sleep(_LOOK_UP / 1000)
    yield frozenset()


def _watched(folders: Sequence[Path], polling: bool, soon: bool, in_part: bool = False) -> Iterator[frozenset[str]]:
    """Yield what watchfiles sees; `in_part`, it is silent about what it cannot watch."""
    for changes in watch(
        *folders,
        debounce=_PATIENCE,
        step=_SOON if soon else _CALM,
        rust_timeout=_LOOK_UP,
        yield_on_timeout=True,
        raise_interrupt=True,
        ignore_permission_denied=in_part,
        force_polling=polling or None,
        poll_delay_ms=_POLL,
    ):
        saved = frozenset(path for _, path in changes)
        if soon and saved:
            _wait_for(saved)
        yield saved


def _wait_for(saved: Iterable[str]) -> None:
    """Wait until each file looks whole, or none has changed for a while."""
    seen, calm = _looks(saved), 0
    for _ in range(0, _PATIENCE, _SOON):
        if calm >= _CALM or all(map(_is_whole, saved)):
            break
        sleep(_SOON / 1000)
        now = _looks(saved)
        seen, calm = now, calm + _SOON if now == seen else 0


def _looks(saved: Iterable[str]) -> list[tuple[int, int, int]]:
    """Return what changes of each file while it is written."""
    found = []
    for path in saved:
        with suppress(OSError):
            status = os.stat(path)
            found.append((status.st_ino, status.st_size, status.st_mtime_ns))
    return found


def _is_whole(path: str) -> bool:
    """Say whether a file does not look as if the rest of it, or all of it, were still to be written."""
    if not path.endswith(".yaml"):
        return not os.path.lexists(path)  # what a program wrote beside the file, to rename it
    try:
        with open_plain(Path(path)) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 1, 0))
            return size % _BLOCK != 0 and file.read(1) == b"\n"
    except (OSError, Unusable):  # it was deleted; perhaps another takes its name
        return False


def _identities(folders: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Return of every folder what tells it from another that took its name; nothing where there is none."""
    found = {}
    for path in folders:
        found[path] = (0, 0)
        with suppress(OSError):
            status = path.stat()
            found[path] = (status.st_dev, status.st_ino)
    return found
