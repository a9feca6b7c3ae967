"""Imports go one way, by package, and each third party has one owner."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from generator.collection.addon import CORE

TESTS = Path(__file__).parent
GENERATOR = TESTS.parent / "generator"
MODULES = sorted(
    ".".join(path.relative_to(GENERATOR).with_suffix("").parts)
    for path in GENERATOR.rglob("*.py")
    if path.stem not in ("__init__", "__main__")
)
SOURCES = [path for path in sorted(GENERATOR.rglob("*")) if path.suffix in (".py", ".js", ".css")]
COMMANDS = [path for path in sorted((GENERATOR / "cli" / "commands").glob("*.py")) if path.stem != "__init__"]
HEAVY = {"yaml", "markdown_it", "sqlite3", "difflib", "anki", "watchfiles", "http", "markdownify", "bs4"}
ADDON = {f"collection.{name.removesuffix('.py')}" for name in CORE}
OWNERS = {
    "yaml": "source.",
    "click": "cli.",
    "markdown_it": "text.",
    "anki": "collection.",
    "watchfiles": "show.",
    "markdownify": "importing.",
    "bs4": "importing.",
}


def packages() -> list[str]:
    """Return the packages in the order in which generator/README.md lists them."""
    return re.findall(r"^\| `(\w+)/` \|", (GENERATOR / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def package(module: str) -> str:
    return module.partition(".")[0]


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((GENERATOR / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))


@cache
def imports(module: str) -> frozenset[str]:
    """Return what a module imports, wherever it does so; modules of ours from `generator.` on."""
    found: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            beside = f"generator.{package(module)}." if node.level else ""  # as the add-on's files, which are copied
            assert node.level == 0 or module in ADDON, "a module is imported by its whole name"
            assert node.module
            name = f"{beside}{node.module}"
            below = {f"{name}.{alias.name}" for alias in node.names}
            found |= {it if it.removeprefix("generator.") in MODULES else name for it in below}
    return frozenset(found)


def ours(module: str) -> set[str]:
    """Return the modules of the generator that a module imports."""
    return {name.removeprefix("generator.") for name in imports(module) if name.startswith("generator.")}


def test_the_readme_lists_every_package_once() -> None:
    folders = [path.parent.name for path in GENERATOR.glob("*/__init__.py")]
    assert sorted(packages()) == sorted(folders)


def test_every_module_stands_in_a_package() -> None:
    assert [name for name in MODULES if "." not in name] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_packages_above_its_own(module: str) -> None:
    order = packages()
    below = [name for name in ours(module) if order.index(package(name)) > order.index(package(module))]
    assert below == []


@pytest.mark.parametrize("name", packages())
def test_a_package_has_no_circle(name: str) -> None:
    waiting = {module: ours(module) for module in MODULES if package(module) == name}
    assert waiting
    while free := [module for module, used in waiting.items() if not used & set(waiting)]:
        for module in free:
            del waiting[module]
    assert waiting == {}


@pytest.mark.parametrize("module", MODULES)
def test_a_private_module_is_imported_in_its_package_alone(module: str) -> None:
    private = [name for name in ours(module) if "._" in name and package(name) != package(module)]
    assert private == []


def test_a_module_that_only_its_package_imports_is_private() -> None:
    users = {name: {package(module) for module in MODULES if name in ours(module)} for name in MODULES}
    rooms = ("cli", "kinds")  # a command or a kind of note is a room of its own
    own = [name for name, by in users.items() if by == {package(name)} and "._" not in name]
    own = [name for name in own if package(name) not in rooms]
    assert own == []


@pytest.mark.parametrize(("library", "owner"), OWNERS.items())
def test_a_library_has_one_owner(library: str, owner: str) -> None:
    users = {module for module in MODULES if library in {name.split(".")[0] for name in imports(module)}}
    assert users
    assert {module for module in users if not module.startswith(owner)} == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_modules_first_line_is_its_contract(module: str) -> None:
    docstring = ast.get_docstring(tree(module))
    assert docstring
    assert len(docstring.split("\n")[0]) > 30


@pytest.mark.parametrize("name", packages())
def test_a_packages_face_says_what_goes_in_and_out_and_imports_nothing(name: str) -> None:
    face = ast.parse((GENERATOR / name / "__init__.py").read_text(encoding="utf-8"))
    docstring = ast.get_docstring(face)
    assert docstring
    assert len(docstring) > 100
    assert len(face.body) == 1


@pytest.mark.parametrize("folder", sorted({path.parent for path in GENERATOR.rglob("*.py")}), ids=lambda it: it.name)
def test_a_folder_holds_no_more_than_12_modules(folder: Path) -> None:
    assert len([path for path in folder.glob("*.py") if path.stem != "__init__"]) <= 12


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_file_has_no_more_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: path.name)
def test_a_file_of_tests_has_no_more_than_500_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_tests_stand_in_the_folder_of_a_package_or_of_what_they_need() -> None:
    folders = {path.parent.name for path in TESTS.rglob("test_*.py")} - {"tests"}
    assert folders
    assert folders <= {*packages(), "anki", "browser"}


def test_the_folder_of_tests_in_anki_cannot_be_taken_for_the_library() -> None:
    """As a package it would be found first where `tests` is on the path of modules; see tests/README.md."""
    assert not (TESTS / "anki" / "__init__.py").exists()


@pytest.mark.parametrize("module", MODULES)
def test_a_function_has_no_more_than_60_lines(module: str) -> None:
    functions = [it for it in ast.walk(tree(module)) if isinstance(it, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [it.name for it in functions if _length(it) > 60] == []


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.stem)
def test_a_command_has_no_more_than_20_lines(path: Path) -> None:
    functions = [it for it in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(it, ast.FunctionDef)]
    assert functions
    assert [it.name for it in functions if _length(it, it.body) > 20] == []


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef, body: list[ast.stmt] | None = None) -> int:
    """Return a function's lines, or those of its body below the docstring."""
    first: ast.AST = function
    if body is not None:
        documented = ast.get_docstring(function) is not None and len(body) > 1
        first = body[1 if documented else 0]
    return (function.end_lineno or 0) - getattr(first, "lineno", 0) + 1


def test_the_readme_of_the_tests_lists_every_file() -> None:
    readme = (TESTS / "README.md").read_text(encoding="utf-8")
    files = [path.name for path in TESTS.rglob("*.py") if path.stem != "__init__" and "benchmarks" not in path.parts]
    assert files
    assert [name for name in files if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["--version"]])
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    code = (
        "import sys; from generator.cli import main\n"
        f"try: main.cli.main({arguments!r}, standalone_mode=False)\n"
        f"finally: print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "[]"
