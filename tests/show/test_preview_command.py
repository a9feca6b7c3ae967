"""What does the command `preview` write, and where, whatever is wrong with the deck?"""

import re
from pathlib import Path

import pytest

from generator.pipeline import build
from generator.show import preview
from tests.author import Author
from tests.pipeline.test_errors import CASES, output_of
from tests.support import NOW

CODE = re.compile(r"\S.*?: [A-Z]\d{2,3} ")


def test_the_command_writes_one_file_and_says_so(author: Author) -> None:
    ran = author.run("preview")
    assert (ran.status, ran.err) == (0, "")
    assert re.fullmatch(r"preview\.html: 17 cards, \d+ kB\n", ran.out)
    assert sorted(it.name for it in author.root.iterdir()) == ["cards_src", "decks", "preview.html"]


def test_the_command_takes_source_file_and_decks(author: Author) -> None:
    author.out.rename(author.root / "built")
    ran = author.run("preview", "cards_src/deck", "-o", "out/page.html", "--decks", "built", "-q")
    assert (ran.status, ran.out.split(":")[0], ran.err) == (0, "out/page.html", "")
    assert '"state":"new"' not in (author.root / "out" / "page.html").read_text(encoding="utf-8")


def test_a_deck_with_errors_is_written_and_ends_with_1(author: Author) -> None:
    author.write({"more.yaml": "notes: ["})
    ran = author.run("preview")
    assert (ran.status, ran.err) == (1, "1 error: the page shows where\n")
    assert ran.out.startswith("preview.html: 17 cards")


def test_a_ledger_that_cannot_be_read_is_an_error_in_the_page(author: Author) -> None:
    author.ledger.write_text("<<<<<<< ours\n", encoding="utf-8")
    assert author.run("preview").status == 1
    assert "H001" in (author.root / "preview.html").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_ends_with_1(author: Author) -> None:
    (author.root / "there" / "preview.html").mkdir(parents=True)
    ran = author.run("preview", "-o", "there")
    assert (ran.status, "P001" in ran.out) == (1, True)
    assert [it.name for it in (author.root / "there").iterdir()] == ["preview.html"]


@pytest.mark.parametrize("folder", ["decks", "pages"])
def test_a_folder_gets_the_page_whether_it_is_there_or_not(folder: str, author: Author) -> None:
    assert author.run("preview", "-o", folder).status == 0
    assert (author.root / folder / "preview.html").is_file()


def test_the_ledger_and_the_package_are_left_alone(author: Author) -> None:
    author.replace(("clozes.yaml", "Calciphylaxis follows", "Calciphylaxis may follow"))
    before = author.files()
    author.run("preview")
    assert author.files() == before


@pytest.mark.parametrize("name", ["notes.yaml", "deck.apkg", "page"])
def test_only_a_page_is_written_over(name: str, author: Author) -> None:
    (author.root / name).write_text("mine", encoding="utf-8")
    assert author.run("preview", "-o", name).status == 2
    assert (author.root / name).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_whatever_is_wrong_there_is_a_page_that_says_so(case: Path, here: Path) -> None:
    expected = {it.split(" ")[1] for it in output_of(case, here).splitlines() if CODE.match(it)}
    page = preview.page(build.preview(Path("cards_src"), Path("decks"), NOW)).html.decode()
    assert expected
    assert [code for code in expected if f": {code} " not in page] == []
