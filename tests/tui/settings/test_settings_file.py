"""The settings file: read with care, said what is wrong with it, written only when asked."""

from pathlib import Path

import pytest
from rich.pretty import pretty_repr

from tests.cli.test_values import LIBRARYS_WORDS, ODD
from tui_rooms.tui.settings.errors import SettingsError
from tui_rooms.tui.settings.held import HeldSettings
from tui_rooms.tui.settings.places import line_of, set_line, settings_path
from tui_rooms.tui.settings.reading import parse_settings, read_settings
from tui_rooms.tui.settings.schema import (
    Audio,
    KnownServer,
    Look,
    Settings,
    Talk,
    You,
    singles,
    tables,
)
from tui_rooms.tui.settings.writing import changes, documented, save, save_servers

FILE = Path("config.toml")

FULL = """\
# mine
[look]
theme = "mine"   # the best

[talk]
mode = "voice"
threshold_dbov = -38

[keys]
toggle-microphone = ["f4", "m"]

[themes.mine]
base = "day"
sound = "#7fd962"

[[servers]]
name = "home"
url = "rooms.example.org"
"""


def read(path: Path, **variables: str) -> Settings:
    """With that file and these variables, and nothing else of this machine."""
    return read_settings({"TUI_ROOMS_CONFIG": str(path), **variables})


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    """And no file is made."""
    assert read(tmp_path / "config.toml") == Settings()
    assert list(tmp_path.iterdir()) == []


def test_everything_in_a_file_is_read() -> None:
    """Sections, tables and lists."""
    settings = parse_settings(FULL, FILE)
    assert settings.look == Look(theme="mine")
    assert settings.talk == Talk(mode="voice", threshold_dbov=-38)
    assert settings.keys == {"toggle-microphone": ("f4", "m")}
    assert settings.themes["mine"]["base"] == "day"
    assert [server.url for server in settings.servers] == ["rooms.example.org"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[look]\n\nthem = 'day'", ":3: there is no setting 'look.them'; did you mean 'theme'?"),
        ("[look]\ntheme = 'nite'", ":2: there is no theme 'nite'; did you mean 'night'?"),
        ("[look]\nmouse = 'no'", ":2: look.mouse is 'no'; expected true or false"),
        ("\n[loook]\n", ":2: there is no setting 'loook'; did you mean 'look'?"),
        ("[talk]\nmode = ''", ":2: talk.mode is ''; expected one of: toggle, hold, voice"),
        ("[talk]\nthreshold_dbov = 3", ":2: talk.threshold_dbov is 3; expected -90 to 0"),
        ("[keys]\nmuet = ['x']", ":2: there is no action 'muet'; did you mean 'mute'?"),
        ("[keys]\nmute = 'x'", ":2: keys.mute is 'x'; expected a list in brackets"),
        (
            "[keys]\nleave = ['x']\nmute = ['u']",
            ":3: the key 'u' would do both 'mute-person' and 'mute' in a room; "
            "give one of them another key",
        ),
        ("look = ['day']", ":1: look is ['day']; expected a section"),
        ("servers = [['a', 'b']]", ":1: servers.0 is ['a', 'b']; expected a section"),
        ("servers = 'b'", ":1: servers is 'b'; expected a list in brackets"),
        ("[themes.a]\nsond = ''", ":2: there is no colour 'sond'; did you mean 'sound'?"),
        ("[themes.a]\nsound = 'x'", ":2: sound is 'x'; expected a colour as #56b4e9"),
        (
            "[[servers]]\nname = 'a'\nurl = 'b'\n[[servers]]\nname = 'c'",
            ":4: 'servers.1.url' is missing",
        ),
        (
            "[look\n",
            ":1:6: this is not TOML",
        ),
    ],
)
def test_a_bad_file_is_refused_with_file_line_and_reason(text: str, sentence: str) -> None:
    """What it is, where it stands, and what was expected."""
    with pytest.raises(SettingsError) as refused:
        parse_settings(text, FILE)
    assert refused.value.sentence == "config.toml" + sentence


def test_a_bad_file_is_never_overwritten(tmp_path: Path) -> None:
    """Neither by reading nor by saving."""
    path = tmp_path / "config.toml"
    path.write_text("[look]\ntheme = 7\n")
    with pytest.raises(SettingsError):
        read(path)
    with pytest.raises(SettingsError):
        save(path, {("look", "theme"): "day"})
    assert path.read_text() == "[look]\ntheme = 7\n"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    """One variable a setting, and one TOML value a table."""
    path = tmp_path / "config.toml"
    path.write_text(FULL)
    settings = read(
        path,
        TUI_ROOMS_NAME="Ana",
        TUI_ROOMS_LOOK_MOUSE="no",
        TUI_ROOMS_TALK_THRESHOLD_DBOV="-50.5",
        TUI_ROOMS_KEYS='{leave = ["z"]}',
    )
    assert settings.you.name == "Ana"
    assert settings.look == Look(theme="mine", mouse=False)
    assert settings.talk.threshold_dbov == -50.5
    assert settings.keys == {"leave": ("z",)}


def test_a_bad_variable_is_named() -> None:
    """With what was expected."""
    with pytest.raises(SettingsError, match=r"\$TUI_ROOMS_LOOK_MOUSE: .* expected true or false"):
        read_settings({"TUI_ROOMS_LOOK_MOUSE": "perhaps", "TUI_ROOMS_CONFIG": "/nonexistent"})


def test_a_theme_that_is_not_there_is_named_with_its_variable() -> None:
    """Though no file says anything of themes."""
    with pytest.raises(SettingsError, match=r"\$TUI_ROOMS_LOOK_THEME: there is no theme 'nite'"):
        read_settings({"TUI_ROOMS_LOOK_THEME": "nite", "TUI_ROOMS_CONFIG": "/nonexistent"})


def test_each_setting_has_a_variable_of_its_own_and_a_meaning() -> None:
    """None is missing, none is taken twice."""
    every = [*singles(), *tables()]
    assert len({one.variable for one in every}) == len(every)
    assert all(one.about for one in every)


def test_saving_changes_its_lines_and_no_others(tmp_path: Path) -> None:
    """Comments, order and what it does not know of stay."""
    path = tmp_path / "deep" / "config.toml"
    path.parent.mkdir()
    path.write_text(FULL)
    before = parse_settings(FULL, path)
    after = before._replace(talk=Talk(), look=before.look._replace(mouse=False))
    save(path, changes(before, after))
    assert path.read_text() == FULL.replace('mode = "voice"', 'mode = "toggle"').replace(
        "threshold_dbov = -38", "threshold_dbov = -45.0"
    ).replace("# the best\n", "# the best\nmouse = false\n")
    assert parse_settings(path.read_text(), path) == after


def test_a_first_save_makes_the_file(tmp_path: Path) -> None:
    """With nothing in it but what was changed."""
    path = tmp_path / "new" / "config.toml"
    save(path, {("look", "theme"): "day"})
    assert path.read_text() == '[look]\ntheme = "day"\n'


def test_what_settings_prints_is_a_settings_file() -> None:
    """All of it commented out or true; no secret is in it."""
    settings = parse_settings('[you]\ntoken = "secret"\n[look]\ntheme = "day"\n', FILE)
    text = documented(settings)
    assert parse_settings(text, FILE).look.theme == "day"
    assert "secret" not in text
    for one in [*singles(), *tables()]:
        assert f"${one.variable}" in text


def test_no_secret_is_in_what_a_traceback_shows() -> None:
    """Neither Python's words for settings nor Rich's tell a token; both tell the rest."""
    settings = Settings(you=You(name="Ana", token="hush"), servers=(CLUB,))
    for shown in (repr(settings), pretty_repr(settings)):
        assert "hush" not in shown
        assert "secret" not in shown
        assert "Ana" in shown
        assert "club" in shown


def test_the_file_is_in_the_xdg_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Unless the variable says otherwise."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_path({}) == tmp_path / "tui-rooms" / "config.toml"
    assert settings_path({"TUI_ROOMS_CONFIG": "/x.toml"}) == Path("/x.toml")


def test_lines_are_found_where_they_are() -> None:
    """In sections, dotted sections and lists of sections."""
    assert line_of(FULL, ("look", "theme")) == 3
    assert line_of(FULL, ("themes", "mine", "sound")) == 14
    assert line_of(FULL, ("servers", 0, "url")) == 18
    assert line_of(FULL, ("talk", "nothing")) == 5
    assert line_of("", ("talk",)) == 1


def test_a_line_is_set_in_its_own_section() -> None:
    """The same name elsewhere is another setting."""
    assert set_line("[a]\nx = 1\n[b]\nx = 1\n", "b", "x", "2") == "[a]\nx = 1\n[b]\nx = 2\n"
    assert set_line("[a]\n\n[b]\n", "a", "x", "2") == "[a]\nx = 2\n\n[b]\n"


HOME = KnownServer(name="home", url="rooms.example.org")
CLUB = KnownServer(name="club", url="127.0.0.1:7601", token="secret")


def test_a_server_is_added_and_another_forgotten_without_touching_the_rest(tmp_path: Path) -> None:
    """Comments, order and other sections stay."""
    path = tmp_path / "config.toml"
    path.write_text(FULL + "\n# my sound\n[audio]\ncues = false\n")
    save_servers(path, added=[CLUB])
    text = path.read_text()
    assert text.startswith(FULL)
    assert parse_settings(text, path).servers == (HOME, CLUB)
    save_servers(path, forgotten=[HOME])
    text = path.read_text()
    assert parse_settings(text, path).servers == (CLUB,)
    assert "# my sound\n[audio]\ncues = false\n" in text
    assert text.startswith(FULL.partition("[[servers]]")[0])
    save_servers(path, forgotten=[CLUB])
    assert parse_settings(path.read_text(), path) == parse_settings(FULL, path)._replace(
        servers=(), audio=Audio(cues=False)
    )


def test_the_first_server_makes_the_file_which_is_its_owners_alone(tmp_path: Path) -> None:
    """There may be a token in it."""
    path = tmp_path / "new" / "config.toml"
    save_servers(path, added=[CLUB])
    assert path.read_text() == (
        '[[servers]]\nname = "club"\nurl = "127.0.0.1:7601"\ntoken = "secret"\n'
    )
    assert path.stat().st_mode & 0o077 == 0


def test_servers_that_are_written_otherwise_are_left_to_their_owner(tmp_path: Path) -> None:
    """A list in one line is valid, but not ours to take apart."""
    path = tmp_path / "config.toml"
    text = 'servers = [{name = "home", url = "rooms.example.org"}]\n'
    path.write_text(text)
    with pytest.raises(SettingsError, match="by hand"):
        save_servers(path, forgotten=[HOME])
    with pytest.raises(SettingsError):
        save_servers(path, added=[CLUB])
    assert path.read_text() == text


def test_what_another_tui_rooms_remembered_meanwhile_stays(tmp_path: Path) -> None:
    """Each writes what it was asked to remember or to forget, and knows nothing of the rest."""
    path = tmp_path / "config.toml"
    one, other = HeldSettings(Settings(), path), HeldSettings(Settings(), path)
    one.know_servers((HOME,))
    other.know_servers((CLUB,))
    assert parse_settings(path.read_text(), path).servers == (HOME, CLUB)
    other.know_servers(())
    assert parse_settings(path.read_text(), path).servers == (HOME,)


@pytest.mark.parametrize("setting", [*singles(), *tables()], ids=lambda one: one.variable)
def test_an_odd_value_of_a_variable_is_a_setting_or_a_sentence(tmp_path: Path, setting) -> None:
    """Neither a traceback, nor a library's words, nor a number that is none."""
    for odd in ODD:
        try:
            settings, told = read(tmp_path / "config.toml", **{setting.variable: odd}), ""
        except SettingsError as refused:
            settings, told = Settings(), refused.sentence
        assert not LIBRARYS_WORDS.search(told), told
        value = getattr(getattr(settings, setting.section), setting.name, None)
        assert not isinstance(value, float) or -100 < value < 1000


DEEP = ".".join(["a"] * 1200)


def test_tables_within_tables_without_end_are_refused(tmp_path: Path) -> None:
    """In the file and in a variable alike, with a sentence that says which."""
    with pytest.raises(SettingsError, match=r"settings\.toml: its tables lie too deep"):
        parse_settings(f"[{DEEP}]", Path("settings.toml"))
    variables = {"XDG_CONFIG_HOME": str(tmp_path), "TUI_ROOMS_SERVERS": f"[{{{DEEP} = 1}}]"}
    with pytest.raises(SettingsError, match="TUI_ROOMS_SERVERS: its tables lie too deep"):
        read_settings(variables)
