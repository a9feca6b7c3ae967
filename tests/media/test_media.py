"""Which pictures and sounds go in, under which names and sizes."""

import hashlib
import os
from pathlib import Path

import pytest

from generator.compiled.notes import MediaFile
from generator.media import lookthrough, svg
from generator.media.folder import TOO_LARGE, Media, Problem
from tests import recordings
from tests.support import SVG, png

EXIF_TURNED = (
    bytes.fromhex("ffe10022457869660000") + bytes.fromhex("4d4d002a000000080001011200030000000100060000") + bytes(4)
)


def look_up(folder: Path, name: str, data: bytes) -> MediaFile | Problem:
    """Put a file into a media folder and look it up."""
    (folder / name).write_bytes(data)
    return Media(folder, "media").look_up(name)


def test_a_files_name_holds_the_hash_of_its_bytes(tmp_path: Path) -> None:
    found = look_up(tmp_path, "Skin Löng_name.PNG", png(6, 4))
    assert isinstance(found, MediaFile)
    assert found.name == f"skin-l-ng-name-{hashlib.sha256(png(6, 4)).hexdigest()[:16]}.png"


@pytest.mark.parametrize(
    ("name", "data", "size"),
    [
        ("a.png", png(6, 4), (6, 4)),
        ("a.jpg", recordings.jpeg(60, 40), (60, 40)),
        ("a.jpg", recordings.jpeg(60, 40, EXIF_TURNED), (40, 60)),
        ("a.svg", SVG, (600, 400)),
        ("a.svg", SVG.replace(b'width="600" height="400" ', b""), (600, 400)),
        ("a.svg", SVG.replace(b'"600" height', b'"300px" height'), (300, 400)),
        ("a.svg", SVG.replace(b'"600" height', b'"100%" height'), (600, 400)),
        ("a.gif", recordings.gif(30, 20), (30, 20)),
        ("a.webp", recordings.webp(b"VP8 ", 30, 20), (30, 20)),
        ("a.webp", recordings.webp(b"VP8L", 3000, 20), (3000, 20)),
        ("a.webp", recordings.webp(b"VP8X", 30, 70000), (30, 70000)),
        ("a.mp3", recordings.mp3(), None),
        ("a.ogg", recordings.ogg(), None),
        ("a.opus", recordings.ogg(), None),
        ("a.wav", recordings.wav(), None),
        ("a.flac", recordings.flac(), None),
        ("a.m4a", recordings.mp4(), None),
        ("a.mp4", recordings.mp4(), None),
        ("a.webm", recordings.webm(), None),
    ],
)
def test_a_file_is_known_by_its_bytes(name: str, data: bytes, size: object, tmp_path: Path) -> None:
    found = look_up(tmp_path, name, data)
    assert isinstance(found, MediaFile)
    assert found.pixels == size


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.png", recordings.jpeg(), "M106"),
        ("a.mp3", recordings.wav(), "M106"),
        ("a.png", b"", "M106"),
        ("a.svg", b"<html></html>", "M106"),
        ("a.html", b"<html>", "M105"),
        ("a", b"x", "M105"),
        ("_a.png", png(1, 1), "M112"),
        ("latex-a.png", png(1, 1), "M112"),
    ],
)
def test_a_file_of_another_kind_is_refused(name: str, data: bytes, code: str, tmp_path: Path) -> None:
    found = look_up(tmp_path, name, data)
    assert isinstance(found, Problem)
    assert found.code == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../secret.png", "M102"),
        ("/etc/passwd.png", "M102"),
        ("a/b.png", "M102"),
        ("..\\a.png", "M102"),
        ("https://x.org/a.png", "M111"),
        ("//x.org/a.png", "M111"),
        ("data:image/png;base64,xx", "M111"),
        ("missing.png", "M101"),
        ("SKIN.png", "M104"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "skin.png").write_bytes(png(1, 1))
    found = Media(tmp_path, "media").look_up(name)
    assert isinstance(found, Problem)
    assert found.code == code


def test_a_link_in_the_media_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(png(1, 1))
    (tmp_path / "a.png").symlink_to(tmp_path / "secret")
    found = Media(tmp_path, "media").look_up("a.png")
    assert isinstance(found, Problem)
    assert found.code == "M103"


def test_a_pipe_in_the_media_folder_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    found = Media(tmp_path, "media").look_up("a.png")
    assert isinstance(found, Problem)
    assert found.code == "M103"


def test_a_name_in_another_form_of_unicode_is_found(tmp_path: Path) -> None:
    (tmp_path / "e\u0301.png").write_bytes(png(1, 1))
    assert isinstance(Media(tmp_path, "media").look_up("\u00e9.png"), MediaFile)


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(TOO_LARGE + 1)
    found = Media(tmp_path, "media").look_up("a.png")
    assert isinstance(found, Problem)
    assert found.code == "M108"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onclick="x"/>',
        "<foreignObject/>",
        '<image href="https://x.org/a.png"/>',
        '<use href="https://x.org/a.svg#b"/>',
        '<a href="javascript:x"><rect/></a>',
        '<rect style="fill:url(https://x.org/a)"/>',
        '<rect style="fill:u\\72l(https://x.org/a)"/>',
        "<style>@import 'https://x.org/a.css';</style>",
        "<style>rect{fill:url(//x.org/a)}</style>",
        '<animate attributeName="href" to="javascript:x"/>',
        '<set attributeName="onload"/>',
        "<?xml-stylesheet href='https://x.org/a.css'?>",
        '<rect xmlns:x="http://www.w3.org/1999/xhtml"/><x:script/>',
    ],
)
def test_a_drawing_that_could_run_or_fetch_is_refused(inside: str) -> None:
    found = svg.check(SVG.replace(b"</svg>", inside.encode() + b"</svg>"), "media/a.svg").found
    assert {it.code for it in found} == {"M109"}


def test_a_drawing_with_a_bomb_is_refused_before_it_goes_off() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SVG
    found = svg.check(bomb, "media/a.svg").found
    assert ["DOCTYPE" in it.message for it in found] == [True]


def test_a_faulty_drawing_is_refused_at_its_line() -> None:
    found = svg.check(SVG.replace(b"</title>", b""), "media/a.svg").found
    assert [(it.code, it.span.line) for it in found] == [("M109", 2)]


@pytest.mark.parametrize(
    "inside",
    ['<use href="#a"/>', '<rect fill="url(#a)"/>', "<style>rect{fill:url(#a)}</style>"],
)
def test_a_drawing_may_refer_to_itself(inside: str) -> None:
    assert with_inside(inside).found == ()


def with_inside(inside: str) -> svg.Drawing:
    return svg.check(SVG.replace(b"</svg>", inside.encode() + b"</svg>"), "media/a.svg")


WHOLE = {
    "a.png": png(6, 4),
    "a.jpg": recordings.jpeg(),
    "a.gif": recordings.gif(),
    "a.webp": recordings.webp(),
    "b.webp": recordings.webp(b"VP8X"),
    "a.mp3": recordings.mp3(),
    "a.ogg": recordings.ogg(),
    "a.wav": recordings.wav(),
    "a.flac": recordings.flac(),
    "a.mp4": recordings.mp4(),
    "a.webm": recordings.webm(),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_cut_anywhere_is_seen(name: str) -> None:
    data = WHOLE[name]
    kind = lookthrough.container_of(data)
    whole = [at for at in range(12, len(data)) if not lookthrough.look_through(data[:at], kind).fault]
    frames = [at for at in whole if kind == "mp3" and (at - 10) % 417 == 0]  # a sound may end after any frame
    pages = [at for at in whole if kind == "ogg" and data.startswith(b"OggS", at)]
    boxes = [at for at in whole if kind == "mp4" and data.startswith(b"mdat", at + 4)]
    assert whole == frames + pages + boxes


ANNOUNCES = b"\xff\xe2\x00\x08MPF\x00II"
APE = b"APETAGEX" + (2000).to_bytes(4, "little") + (41).to_bytes(4, "little") + bytes(16)
TAGGED = {
    "photograph of a telephone.jpg": recordings.jpeg(exif=ANNOUNCES) + bytes(9) + 2 * recordings.jpeg(30, 20),
    "v1.mp3": recordings.mp3() + b"TAG" + bytes(125),
    "ape.mp3": recordings.mp3() + APE + bytes(9) + APE + b"TAG" + bytes(125),
    "lyrics.mp3": recordings.mp3() + b"LYRICSBEGIN la la 000006LYRICS200" + b"TAG" + bytes(125),
    "live.webm": recordings.live_webm(),
    "v2.mp3": recordings.mp3() + b"ID3\x04\x00\x00\x00\x00\x00\x05abcde" + bytes(20),
}


@pytest.mark.parametrize("name", TAGGED)
def test_what_belongs_to_a_file_may_stand_behind_its_end(name: str) -> None:
    assert not lookthrough.look_through(TAGGED[name], lookthrough.container_of(TAGGED[name])).fault


@pytest.mark.parametrize("data", [TAGGED[it][:-1] for it in ("v1.mp3", "photograph of a telephone.jpg", "live.webm")])
def test_what_belongs_to_a_file_must_be_whole(data: bytes) -> None:
    assert lookthrough.look_through(data, lookthrough.container_of(data)).fault


def test_a_second_picture_that_is_not_announced_is_refused() -> None:
    assert lookthrough.look_through(2 * recordings.jpeg(), "jpg").fault == "it carries more behind its end"


@pytest.mark.parametrize("name", [*WHOLE, *TAGGED])
def test_bytes_behind_the_end_are_seen(name: str) -> None:
    data = (WHOLE | TAGGED)[name] + b"PK\x03\x04 an archive, for instance"
    assert lookthrough.look_through(data, lookthrough.container_of(data)).fault


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff" + bytes(range(256)) * 4, b"\xff\xd8\xff\xc0\x00", b"\x89PNG\r\n\x1a\n"]
)
def test_a_damaged_picture_has_no_size(data: bytes) -> None:
    looked = lookthrough.look_through(data, lookthrough.container_of(data))
    assert looked.fault
    assert looked.size is None


def test_a_flipped_bit_in_a_png_is_seen() -> None:
    data = bytearray(png(6, 4))
    data[45] ^= 1
    assert lookthrough.look_through(bytes(data), "png").fault == "it is damaged"


def test_a_file_is_found_among_ten_thousand_as_fast_as_among_ten(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"skin{number}.png").write_bytes(b"")
    media = Media(tmp_path, "media")
    asked = [media.look_up(f"Skin{number}.png") for number in range(10_000)]
    assert {it.code for it in asked if isinstance(it, Problem)} == {"M104"}
