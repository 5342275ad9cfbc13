"""Key releases of the kitty protocol, and the keys that Textual reads itself."""

from textual import events

from tui_rooms.tui.terminal.keyboard import (
    KeyboardAnswered,
    KeyReleased,
    KeyRepeated,
    ReleaseParser,
)


def read(text: str) -> list[object]:
    """What the parser makes of it, in short."""
    out: list[object] = []
    for event in ReleaseParser().feed(text):
        if isinstance(event, KeyReleased):
            out.append(("up", event.key))
        elif isinstance(event, KeyboardAnswered):
            out.append(("flags", event.flags))
        elif isinstance(event, events.Key):
            out.append((event.key, event.character))
        else:
            out.append(type(event).__name__)
    return out


def test_press_repeat_and_release_of_a_letter() -> None:
    """Press and repeat are keys, a release is not."""
    assert read("\x1b[109;1:1;109u\x1b[109;1:2;109u\x1b[109;1:3u") == [
        ("m", "m"),
        ("m", "m"),
        ("up", "m"),
    ]


def test_a_repeat_says_so() -> None:
    """It is the same key, and those who care can tell."""
    first, second = ReleaseParser().feed("\x1b[109;1:1;109u\x1b[109;1:2;109u")
    assert type(first) is events.Key
    assert isinstance(second, KeyRepeated)
    assert second.handler_name == first.handler_name


def test_release_of_space_whatever_else_is_held() -> None:
    """Shift may be let go before it; caps lock and num lock do not matter."""
    assert read("\x1b[32;2:3u\x1b[32;65:3u\x1b[32;129:3u") == [("up", "space")] * 3


def test_releases_of_arrows_and_enter_are_no_presses() -> None:
    """The forms that end in a letter or a tilde too."""
    assert read("\x1b[1;1:3A\x1b[13;1:3u\x1b[3;1:3~") == [
        ("up", "up"),
        ("up", "enter"),
        ("up", "delete"),
    ]


def test_the_terminal_s_answer_is_not_typed_text() -> None:
    """It tells whether releases are reported."""
    assert read("\x1b[?27u") == [("flags", 27)]
    assert KeyboardAnswered(27).reports_releases
    assert not KeyboardAnswered(25).reports_releases


def test_keys_of_terminals_without_the_protocol_are_read_as_before() -> None:
    """Letters, arrows, focus, mouse, cursor reports."""
    assert read("m\x1b[A\x1b[I\x1b[O\x1b[<0;1;1M\x1b[1;5R") == [
        ("m", "m"),
        ("up", None),
        "AppFocus",
        "AppBlur",
        "MouseDown",
        "CursorPosition",
    ]


def test_a_key_with_alt_is_one_key_whatever_follows() -> None:
    """An answer of the terminal right behind it does not make two characters of it."""
    assert read("\x1bt\x1b[5;1R") == [("alt+t", "t"), "CursorPosition"]
    assert read("\x1b\rx") == [("alt+enter", None), ("x", "x")]
    assert read("\x1bOA\x1b[A") == [("up", None), ("up", None)]
