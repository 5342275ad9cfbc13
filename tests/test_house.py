"""Promises about the repository itself."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
_LEFT_OUT = {"build", "dist", "__pycache__"}


def _loaded_after(statement: str, packages: Iterable[str]) -> set[str]:
    """Which of the packages a fresh Python has loaded after a statement."""
    program = f"{statement}\nimport sys\nprint(*(sys.modules.keys() & set({list(packages)!r})))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def _modules_below(package: str) -> list[str]:
    files = (ROOT / "tui_rooms" / package).rglob("*.py")
    parts = (file.relative_to(ROOT).with_suffix("").parts for file in files)
    return sorted(".".join(p[:-1] if p[-1] == "__init__" else p) for p in parts)


@pytest.mark.parametrize(
    ("package", "never_loads"),
    [
        ("rules", ["asyncio", "pydantic", "numpy"]),
        ("wire", ["numpy", "aiortc", "textual"]),
        ("server", ["sounddevice", "textual", "av", "aiortc", "tui_rooms.audio"]),
        ("sfu", ["sounddevice", "textual", "av", "aiortc", "tui_rooms.audio"]),
        ("client", ["fastapi", "uvicorn", "textual", "tui_rooms.server", "tui_rooms.sfu"]),
        ("tui", ["sounddevice", "aiortc", "av", "websockets", "fastapi"]),
    ],
)
def test_a_room_of_the_house_loads_nothing_that_is_not_its_own(package, never_loads):
    """What import-linter reads from the source also holds in a running Python."""
    modules = _modules_below(package)
    assert len(modules) > 1
    assert _loaded_after("import " + ", ".join(modules), never_loads) == set()


def test_the_imports_have_no_circle():
    """Not even among types, nor through imports that wait until they are needed."""
    imports = grimp.build_graph("tui_rooms", cache_dir=None)
    known = {one: imports.find_modules_directly_imported_by(one) for one in imports.modules}
    assert known["tui_rooms.__main__"]
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


def test_the_command_line_starts_without_the_heavy_libraries():
    """Help and mistakes are answered at once: what is heavy waits for the command that needs it."""
    heavy = ["aiortc", "av", "fastapi", "numpy", "pydantic", "sounddevice", "textual", "uvicorn"]
    assert _loaded_after("import tui_rooms.cli.main", heavy) == set()


def test_the_installed_command_is_the_one_of_the_package():
    """`tui-rooms` and `python -m tui_rooms` run the same function."""
    (command,) = importlib.metadata.entry_points(group="console_scripts", name="tui-rooms")
    main = command.load()
    assert (main.__module__, main.__name__) == ("tui_rooms.__main__", "main")


def _our_files() -> Iterator[Path]:
    for directory, below, names in os.walk(ROOT):
        # Directories with a dot are caches, .git and .venv; CI's is ours.
        below[:] = [d for d in below if (d[0] != "." or d == ".ci") and d not in _LEFT_OUT]
        yield from (Path(directory, name) for name in names)


def test_no_file_knows_the_machine_it_was_written_on():
    """Neither a home directory, nor this clone's place, nor the host of a package registry."""
    of_a_machine = re.compile(
        rf"(?<![\w./-]){re.escape(str(ROOT))}(?![\w-])"
        r"|/home/\w|/root/|/Users/\w|pypi\.(org|python)|pythonhosted"
    )
    this_file = Path(__file__)
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in _our_files()
        if file != this_file
        for match in of_a_machine.finditer(file.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


def test_no_file_of_the_package_is_longer_than_one_can_keep_in_mind():
    """A file is about one thing; 450 lines are the most that any may have."""
    lines = {
        file.relative_to(ROOT): len(file.read_text(encoding="utf-8").splitlines())
        for file in (ROOT / "tui_rooms").rglob("*.py")
    }
    assert len(lines) > 400
    assert {str(file): count for file, count in lines.items() if count > 450} == {}


def _tests_in(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and node.name.startswith("test_"):
            yield node


def test_every_test_says_in_a_sentence_what_it_promises():
    """A reader learns from the tests alone what holds."""
    silent = [
        f"{file.relative_to(ROOT)}:{test.lineno} {test.name}"
        for file in TESTS
        for test in _tests_in(ast.parse(file.read_text(encoding="utf-8")))
        if not (ast.get_docstring(test) or "").strip().endswith(".")
    ]
    assert silent == []


def _sleeps(tree: ast.Module) -> Iterator[int]:
    """Lines that sleep for a time of their own choice.

    Free are one turn of the loop, and a time that something was asked for: OpenSSL's own timer.
    """
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match ast.unparse(node.func), node.args:
            case ("time.sleep" | "sleep" | "asyncio.sleep", [duration]):
                asked = any(isinstance(part, ast.Call) for part in ast.walk(duration))
                if ast.unparse(duration) != "0" and not asked:
                    yield node.lineno


def test_no_test_sleeps():
    """Tests wait for what happens, never for a while."""
    sleeping = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in TESTS
        for line in _sleeps(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert sleeping == []


@pytest.mark.parametrize("name", ["start", "check", ".ci/run"])
def test_the_commands_of_the_readme_can_be_run(name):
    """They are programs, and bash finds no mistake in their form."""
    assert os.access(ROOT / name, os.X_OK)
    assert subprocess.run(["bash", "-n", ROOT / name], check=False).returncode == 0


def test_ci_runs_the_command_that_the_readme_names_and_no_other():
    """What CI checks, a contributor can check."""
    lines = (ROOT / ".ci/run").read_text().splitlines()
    commands = [line for line in lines if line.strip() and not line.startswith("#")]
    assert len(commands) == 1
    assert commands[0].endswith('/../check"')
    assert "./check" in (ROOT / "README.md").read_text()
