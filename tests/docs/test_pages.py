"""What the pages say is so: their commands can be given, their programs run."""

import contextlib
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.program import private_environment
from tests.support.server import Server
from tui_rooms.cli.main import COMMANDS, prepared
from tui_rooms.server.rooms.room_types import load_room_types
from tui_rooms.tui.settings.reading import read_settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of a page in that language."""
    found = re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    return [str(block) for block in found]


def commands() -> Iterator[tuple[str, str]]:
    """Every line of every page that a reader may type, with the page's name."""
    for page in PAGES:
        for block in blocks(page, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                if line.split("#")[0].strip():
                    yield page.name, line


OURS = [(page, line) for page, line in commands() if line.startswith("tui-rooms")]
CURLS = [line for page, line in commands() if line.startswith("curl")]


def test_every_part_that_the_program_knows_is_as_it_knows_it():
    """Keys, capabilities, commands, requests and diagrams come from the tables themselves."""
    done = subprocess.run(
        [sys.executable, DOCS / "write.py", "--check"],
        capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, f"run: python docs/write.py\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize(("page", "line"), OURS, ids=[line[:60] for _, line in OURS])
def test_every_command_on_the_pages_can_be_given(page: str, line: str) -> None:
    """Its name, options and number of words are those that the program takes."""
    name, *words = [*shlex.split(line, comments=True)[1:], ""][:-1] or ["open"]
    if name not in COMMANDS:
        name, words = "open", [name, *words]
    parser, _ = prepared(name)
    with contextlib.suppress(SystemExit):
        parser.parse_args(words)
        return
    pytest.fail(f"{page}: {line}")


def test_every_request_on_the_pages_is_answered(server: Server) -> None:
    """In the order of the page; the room that one makes is the next one's."""
    token = ""
    assert CURLS
    for line in CURLS:
        words = shlex.split(line.replace("$URL", server.url).replace("$TOKEN", token))
        assert words[:2] == ["curl", "-s"]
        options = dict(zip(words[3::2], words[4::2], strict=True))
        body = json.loads(options["-d"]) if "-d" in options else None
        reply = call(words[2], body, token=token if "Bearer" in line else None)
        assert reply.status < 300, f"{line}: {reply.body}"
        token = token or reply.body.get("token", "")


def test_the_bot_on_its_page_answers(server: Server, tmp_path: Path) -> None:
    """It comes in, hears a message, answers it and goes."""
    (program,) = blocks(DOCS / "bots.md", "python")
    file = tmp_path / "bot.py"
    file.write_text(program.replace("http://127.0.0.1:7600", server.url), encoding="utf-8")
    with dialogue(server.url, name="Ana") as ana:
        ana.ask("create_room", room="harbour", title="Harbour", live=True)
        ana.ask("join_room", room="harbour", media=False)
        bot = subprocess.Popen([sys.executable, file], env=private_environment(tmp_path))
        while "Echo" not in {who["name"] for who in ana.hear("audience")["joined"]}:
            pass
        ana.do("send_message", text="good evening")
        said = ana.event("message_sent")
        while said["name"] != "Echo":
            said = ana.event("message_sent")
        assert said["text"] == "Ana said: good evening"
        assert bot.wait(10) == 0


def test_the_room_type_on_its_page_is_one(tmp_path: Path) -> None:
    """An operator can begin with it."""
    (table,) = blocks(DOCS / "hosting.md", "toml")
    file = tmp_path / "types.toml"
    file.write_text(table, encoding="utf-8")
    assert load_room_types(file)["panel"].settings.stage_size == 8


def test_the_keys_on_their_page_can_be_set(tmp_path: Path) -> None:
    """The settings take the example as it is."""
    (table,) = blocks(DOCS / "keys.md", "toml")
    file = tmp_path / "config.toml"
    file.write_text(table, encoding="utf-8")
    assert read_settings({"TUI_ROOMS_CONFIG": str(file)}).keys["toggle-microphone"] == ("m", "f9")


def test_every_link_leads_to_a_file_of_the_repository():
    """From page to page, and to pictures."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_first_page_stays_one_page():
    """What is longer has a page of its own below docs/."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
