"""Does a save show in the browser, whatever was saved, and is nobody served but this machine?"""

import http.client
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from generator.cli import console
from generator.pipeline.build import Previewed
from generator.show import preview, watch
from tests.author import Author
from tests.browser import Browser, Screen, opened
from tests.command import environment

SHORTLY = 20_000  # ms; what it takes on a machine that has much else to do
CARD = "card=warfarin:1&deck=Test+Deck&theme=dark&phone=1&side=back"
Watching = tuple[Author, str]


@contextmanager
def watching(
    author: Author, *arguments: str, before: Sequence[str] = ()
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run `preview --watch`; yield the process and the address it serves."""
    command = [*before, sys.executable, "-m", "generator", "preview", "--watch", *arguments]
    with subprocess.Popen(
        command,
        cwd=author.root,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell ignores it in the background
    ) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.fixture
def watched(author: Author) -> Iterator[Watching]:
    """An author whose deck is being watched, and the address."""
    with watching(author) as (_, address):
        yield author, address


@pytest.fixture
def screen(watched: Watching, browser: Browser) -> Iterator[Screen]:
    """The browser of that author, at one card with everything set; it may say that the connection was lost."""
    with opened(browser, f"{watched[1]}#{CARD}") as screen:
        yield screen


def shows(screen: Screen, id: str, words: str) -> None:
    """Wait until an element shows some words."""
    screen.page.locator(f"#{id}", has_text=words).wait_for(timeout=SHORTLY)


def test_a_save_shows_and_the_place_is_kept(watched: Watching, screen: Screen) -> None:
    author, _ = watched
    before = screen.page.url
    author.replace(("clozes.yaml", "Calciphylaxis follows", "Calciphylaxis may follow"))
    screen.face("back").locator("body", has_text="Calciphylaxis may follow").wait_for(timeout=SHORTLY)
    assert screen.page.url == before
    assert (screen.visible(), screen.text("theme"), screen.text("count")) == (["back"], "Theme: dark", "17 cards")
    assert screen.text("label") == "warfarin changed"


def test_an_editor_that_saves_by_renaming_is_seen(watched: Watching, screen: Screen) -> None:
    path = watched[0].source / "clozes.yaml"
    beside = path.with_name(".clozes.yaml.tmp")
    beside.write_bytes(path.read_bytes().replace(b"Calciphylaxis follows", b"Calciphylaxis may follow"))
    beside.replace(path)
    screen.face("back").locator("body", has_text="Calciphylaxis may follow").wait_for(timeout=SHORTLY)


def test_a_folder_that_comes_back_is_watched_whatever_number_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    monkeypatch.setattr(watch, "_identities", lambda paths: dict.fromkeys(paths, (1, 1)))
    saves = watch.saves([folder])
    next(saves)
    shutil.rmtree(folder)
    folder.mkdir()
    next(saves)
    next(saves)  # of what was saved before it was watched again
    (folder / "notes.yaml").write_text("notes: []\n", encoding="utf-8")
    next(saves)


def rubbish(source: Path) -> None:
    (source / "clozes.yaml").write_bytes(b"notes: [\n")


def odd_encoding(source: Path) -> None:
    (source / "clozes.yaml").write_bytes("notes: é".encode("utf-16"))


def huge(source: Path) -> None:
    with (source / "clozes.yaml").open("wb") as file:
        file.truncate(100_000_000)


def no_file(source: Path) -> None:
    (source / "clozes.yaml").unlink()


def folder_in_its_place(source: Path) -> None:
    (source / "clozes.yaml").unlink()
    (source / "clozes.yaml").mkdir()


def no_deck_yaml(source: Path) -> None:
    (source / "deck.yaml").unlink()


def no_folder(source: Path) -> None:
    shutil.rmtree(source.parent)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (rubbish, "Y0"),
        (odd_encoding, "Y0"),
        (huge, "Y002"),
        (no_file, "H015"),
        (folder_in_its_place, "Y002"),
        (no_deck_yaml, "S212"),
        (no_folder, "Y002"),
    ],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_what_is_wrong_shows_and_once_mended_the_place_is_back(
    spoil: Callable[[Path], None], words: str, watched: Watching, screen: Screen, tmp_path: Path
) -> None:
    author, _ = watched
    shutil.copytree(author.source, tmp_path / "kept")
    spoil(author.source)
    shows(screen, "problems", words)
    shows(screen, "label", "The card warfarin:1 is not there now.")
    shutil.rmtree(author.source, ignore_errors=True)
    shutil.copytree(tmp_path / "kept", author.source)
    shows(screen, "label", "warfarin")
    screen.page.locator("#problems").wait_for(state="hidden", timeout=SHORTLY)
    assert (screen.visible(), screen.text("count")) == (["back"], "17 cards")


def test_a_build_beside_it_shows_what_is_new_no_more(watched: Watching, screen: Screen) -> None:
    author, _ = watched
    author.replace(("clozes.yaml", "Calciphylaxis follows", "Calciphylaxis may follow"))
    shows(screen, "label", "warfarin changed")
    author.build(day=1)
    screen.page.locator("#label .changed").wait_for(state="detached", timeout=SHORTLY)
    assert screen.text("label") == "warfarin"


def test_a_fault_of_ours_is_told_and_does_not_end_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert console.attempt(lambda: 1 // 0) is None
    assert "internal error" in capsys.readouterr().err


def test_a_fault_of_ours_shows_in_the_page(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "fault.html"
    path.write_bytes(preview.page(Previewed((), (), {}), fault="deckwright <failed>").html)
    with opened(browser, path.as_uri()) as screen:
        assert screen.text("news") == "deckwright <failed>"


def test_when_it_has_ended_the_page_says_so_and_stays(author: Author, browser: Browser) -> None:
    with watching(author) as (process, address), opened(browser, f"{address}#{CARD}", said=True) as screen:
        process.send_signal(signal.SIGINT)
        shows(screen, "news", "deckwright no longer runs")
        assert screen.text("label") == "warfarin"


def test_ctrl_c_ends_it_quietly_and_nothing_was_written(author: Author) -> None:
    with watching(author) as (process, address):
        assert ask(address).status == 200
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert (process.returncode, said) == (0, "every save shows here; Ctrl-C ends it\n")
    assert sorted(it.name for it in author.root.iterdir()) == ["cards_src", "decks"]


def ask(address: str, method: str = "GET", path: str = "/", host: str = "", **more: str) -> http.client.HTTPResponse:
    """Ask the server for something, by whatever name and with `more` headers."""
    at = urlsplit(address).netloc
    connection = http.client.HTTPConnection(at, timeout=30)
    headers = {name.replace("_", "-"): value.format(at) for name, value in more.items()}
    connection.request(method, path, headers={"Host": (host or "{}").format(at), **headers})
    return connection.getresponse()


@pytest.mark.parametrize(
    ("method", "path", "host", "status"),
    [
        ("GET", "/", "", 200),
        ("GET", "/", "localhost:{port}", 200),
        ("GET", "/", "evil.example", 403),
        ("GET", "/", "evil.example:{port}", 403),
        ("GET", "/", "127.0.0.1", 403),
        ("GET", "/events", "evil.example:{port}", 403),
        ("GET", "/deck.yaml", "", 404),
        ("GET", "/../cards_src/deck/deck.yaml", "", 404),
        ("GET", "/?q=1", "", 404),
        ("HEAD", "/", "evil.example", 403),
        ("HEAD", "/deck.yaml", "", 404),
        ("POST", "/", "", 403),
        ("POST", "/masks", "evil.example:{port}", 403),
        ("PUT", "/", "", 501),
        ("DELETE", "/", "", 501),
        ("OPTIONS", "/", "", 501),
    ],
)
def test_only_the_page_is_served_and_only_to_this_machine(
    method: str, path: str, host: str, status: int, watched: Watching
) -> None:
    address = watched[1]
    answer = ask(address, method, path, host.replace("{port}", str(urlsplit(address).port)))
    assert answer.status == status
    assert (b"Calciphylaxis" in answer.read()) == (status == 200)


@pytest.mark.parametrize("path", ["/", "/events"])
def test_head_is_answered_without_the_body(path: str, watched: Watching) -> None:
    answer = ask(watched[1], "HEAD", path)
    assert (answer.status, answer.read()) == (200, b"")


def test_head_says_how_long_the_page_is(watched: Watching) -> None:
    lengths = [ask(watched[1], method).headers["Content-Length"] for method in ("HEAD", "GET")]
    assert lengths[0] == lengths[1] > "0"


FOREIGN = {
    "another site's page": {"Sec_Fetch_Site": "cross-site"},
    "a page of another port": {"Sec_Fetch_Site": "same-site"},
    "two pages at once": {"Sec_Fetch_Site": "none, cross-site"},
    "an origin": {"Origin": "https://evil.example"},
    "an origin that hides": {"Origin": "null"},
    "this machine by another port": {"Origin": "http://127.0.0.1:1"},
}


@pytest.mark.parametrize("path", ["/", "/events"])
@pytest.mark.parametrize("headers", FOREIGN.values(), ids=list(FOREIGN))
def test_a_request_is_refused_that_comes_from(headers: dict[str, str], path: str, watched: Watching) -> None:
    answer = ask(watched[1], path=path, **headers)
    assert (answer.status, b"Calciphylaxis" in answer.read()) == (403, False)


OWN = [{"Sec_Fetch_Site": "none"}, {"Sec_Fetch_Site": "same-origin"}, {"Origin": "http://{}"}]


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_the_page_itself_is_answered(headers: dict[str, str], watched: Watching) -> None:
    assert ask(watched[1], **headers).status == 200


def test_a_link_on_another_sites_page_is_refused_in_a_real_browser(watched: Watching, browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(f'<a href="{watched[1]}">a link</a>')
    with page.expect_response(watched[1]) as answer:
        page.click("a")
    assert answer.value.status == 403
    page.close()


def test_connections_that_break_are_silent(author: Author) -> None:
    with watching(author) as (process, address):
        at = urlsplit(address)
        for sent in (b"", b"GET / HTTP/1.1\r\nHost: ", f"GET /events HTTP/1.1\r\nHost: {at.netloc}\r\n\r\n".encode()):
            for _ in range(20):
                with socket.create_connection((str(at.hostname), at.port or 0)) as connection:
                    connection.sendall(sent)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert ask(address).status == 200
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert said == "every save shows here; Ctrl-C ends it\n"


LIMITS = {"watches": "max_inotify_watches", "instances": "max_inotify_instances"}


@pytest.mark.parametrize("limit", LIMITS.values(), ids=list(LIMITS))
def test_used_up_inotify_is_said_once_and_saves_still_show(limit: str, author: Author) -> None:
    may = ["unshare", "-Ur", "sh", "-c", f'echo 0 > /proc/sys/user/{limit} && exec "$@"', "sh"]
    if subprocess.run([*may, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system gives a user no limits of its own")
    with watching(author, before=may) as (process, address):
        assert b"may follow" not in ask(address).read()
        author.replace(("clozes.yaml", "Calciphylaxis follows", "Calciphylaxis may follow"))
        while b"may follow" not in ask(address).read():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert said == (
        "every save shows here; Ctrl-C ends it\n"
        "deckwright: the system can watch no more files (see: sysctl fs.inotify), so a save shows a moment later\n"
    )


def test_no_other_page_may_frame_or_keep_it(watched: Watching) -> None:
    headers = ask(watched[1]).headers
    assert (headers["Content-Security-Policy"], headers["Cache-Control"]) == ("frame-ancestors 'none'", "no-store")


def test_it_listens_on_this_machine_alone(watched: Watching) -> None:
    assert watched[1].startswith("http://127.0.0.1:")


def test_a_port_that_is_taken_ends_with_1(watched: Watching) -> None:
    author, address = watched
    ran = author.run("preview", "--watch", "--port", str(urlsplit(address).port))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"deckwright: port {urlsplit(address).port} cannot be used: ")


def test_a_port_can_be_chosen(author: Author) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        free = taken.getsockname()[1]
    with watching(author, "--port", str(free)) as (_, address):
        assert urlsplit(address).port == free


def test_without_watchfiles_one_line_says_how_to_install_it(author: Author) -> None:
    code = "import sys; sys.modules['watchfiles'] = None; from generator.cli import main as cli; cli.main()"
    command = [sys.executable, "-c", code, "preview", "--watch"]
    ran = subprocess.run(command, cwd=author.root, capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "deckwright: --watch needs watchfiles, which is not installed: pip install 'deckwright[watch]'\n"
    )
