"""Imports go one way, and each third party has one owner."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
GENERATOR = TESTS.parent / "generator"
FILES = {
    path.stem: sorted(path.rglob("*.py")) if path.is_dir() else [path]
    for path in sorted(GENERATOR.iterdir())
    if (path.suffix == ".py" or (path / "__init__.py").exists()) and not path.stem.startswith("__")
}
MODULES = list(FILES)  # and packages: what stands in a folder is one room
PATHS = [path for paths in FILES.values() for path in paths]
SOURCES = [path for path in sorted(GENERATOR.rglob("*")) if path.suffix in (".py", ".js", ".css")]
HEAVY = {"genanki", "yaml", "markdown_it", "sqlite3", "difflib", "anki", "watchfiles", "http"}
OWNERS = {
    "yaml": {"reader"},
    "genanki": {"apkg"},
    "click": {"console", "options", "cli_aside", "cli_release", "cli"},  # what the commands share, and the commands
    "markdown_it": {"markup"},
    "anki": {"verify"},
    "watchfiles": {"watch"},
}


def layers() -> list[str]:
    """Return the modules in the order in which generator/README.md lists them."""
    table = re.findall(r"^\| [a-z ]+ \| (`.*?) \|", (GENERATOR / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [name for row in table for name in re.findall(r"`(\w+)`", row)]


def imports(module: str) -> list[str]:
    """Return what a module imports, or those of a package, wherever they do so."""
    found = []
    for node in (node for path in FILES[module] for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "generator":
            found += [f"generator.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return found


def test_the_readme_lists_every_module_once() -> None:
    assert sorted(layers()) == MODULES


def test_the_readme_of_the_tests_lists_every_file() -> None:
    readme = (TESTS / "README.md").read_text(encoding="utf-8")
    files = [path.name for path in TESTS.glob("*.py") if path.stem != "__init__"]
    assert files
    assert [name for name in files if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_stands_before_it(module: str) -> None:
    order = layers()
    used = {name.split(".")[1] for name in imports(module) if name.startswith("generator.")} & set(MODULES)
    used -= {module} if len(FILES[module]) > 1 else set()
    assert [name for name in used if order.index(name) >= order.index(module)] == []


@pytest.mark.parametrize(("library", "owners"), OWNERS.items())
def test_a_library_has_one_owner(library: str, owners: set[str]) -> None:
    users = {module for module in MODULES if library in {name.split(".")[0] for name in imports(module)}}
    assert users <= owners


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_modules_first_line_is_its_contract(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert len(docstring.split("\n")[0]) > 30


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_file_has_no_more_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_function_has_no_more_than_60_lines(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    long = [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 60]
    assert long == []


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["--version"]])
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    code = (
        "import sys; from generator import cli\n"
        f"try: cli.cli.main({arguments!r}, standalone_mode=False)\n"
        f"finally: print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "[]"
