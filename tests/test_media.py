"""Which pictures and sounds go in, under which names and sizes."""

import hashlib
import os
from pathlib import Path

import pytest

from generator import pictures, svg
from generator.media import TOO_LARGE, Found, Media, Problem
from tests.support import SVG, png

JPEG_HEAD = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
JPEG_FRAME = bytes.fromhex("ffc0000b08") + (40).to_bytes(2, "big") + (60).to_bytes(2, "big") + bytes.fromhex("01011100")
EXIF_TURNED = (
    bytes.fromhex("ffe10022457869660000") + bytes.fromhex("4d4d002a000000080001011200030000000100060000") + bytes(4)
)


def look_up(folder: Path, name: str, data: bytes) -> Found | Problem:
    """Put a file into a media folder and look it up."""
    (folder / name).write_bytes(data)
    return Media(folder, "media").look_up(name)


def test_a_files_name_holds_the_hash_of_its_bytes(tmp_path: Path) -> None:
    found = look_up(tmp_path, "Skin Löng_name.PNG", png(6, 4))
    assert isinstance(found, Found)
    assert found.file.name == f"skin-l-ng-name-{hashlib.sha256(png(6, 4)).hexdigest()[:16]}.png"


@pytest.mark.parametrize(
    ("name", "data", "size"),
    [
        ("a.png", png(6, 4), (6, 4)),
        ("a.jpg", JPEG_HEAD + JPEG_FRAME, (60, 40)),
        ("a.jpg", JPEG_HEAD[:2] + EXIF_TURNED + JPEG_FRAME, (40, 60)),
        ("a.svg", SVG, (600, 400)),
        ("a.svg", SVG.replace(b'width="600" height="400" ', b""), (600, 400)),
        ("a.svg", SVG.replace(b'"600" height', b'"300px" height'), (300, 400)),
        ("a.svg", SVG.replace(b'"600" height', b'"100%" height'), (600, 400)),
        ("a.gif", b"GIF89a" + bytes(20), None),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBP" + bytes(20), None),
        ("a.mp3", b"ID3" + bytes(20), None),
        ("a.ogg", b"OggS" + bytes(20), None),
    ],
)
def test_a_file_is_known_by_its_bytes(name: str, data: bytes, size: object, tmp_path: Path) -> None:
    found = look_up(tmp_path, name, data)
    assert isinstance(found, Found)
    assert found.size == size


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.png", JPEG_HEAD, "M106"),
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
    assert isinstance(Media(tmp_path, "media").look_up("\u00e9.png"), Found)


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
    _, found = svg.check(SVG.replace(b"</svg>", inside.encode() + b"</svg>"), "media/a.svg")
    assert {it.code for it in found} == {"M109"}


def test_a_drawing_with_a_bomb_is_refused_before_it_goes_off() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SVG
    _, found = svg.check(bomb, "media/a.svg")
    assert ["DOCTYPE" in it.message for it in found] == [True]


def test_a_faulty_drawing_is_refused_at_its_line() -> None:
    _, found = svg.check(SVG.replace(b"</title>", b""), "media/a.svg")
    assert [(it.code, it.span.line) for it in found] == [("M109", 2)]


@pytest.mark.parametrize("inside", ['<use href="#a"/>', '<rect fill="url(#a)"/>', "<style>rect{fill:url(#a)}</style>"])
def test_a_drawing_may_refer_to_itself(inside: str) -> None:
    _, found = svg.check(SVG.replace(b"</svg>", inside.encode() + b"</svg>"), "media/a.svg")
    assert found == ()


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff" + bytes(range(256)) * 4, b"\xff\xd8\xff\xc0\x00", b"\x89PNG\r\n\x1a\n"]
)
def test_a_damaged_picture_has_no_size(data: bytes) -> None:
    assert pictures.size_of(data, pictures.kind_of(data)) is None
