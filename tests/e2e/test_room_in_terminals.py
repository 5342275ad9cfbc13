"""Two people in two terminals, on a real server: a hand, the microphone, a volume, the chat."""

import json
from pathlib import Path

from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import Server
from tests.support.terminal import Terminal


def test_a_listener_comes_on_the_stage_and_both_write(server: Server, tmp_path: Path):
    """Ana opens a room; Ben steps up by a hand, talks, is muted, writes, reacts and leaves."""
    with Terminal() as ana, Terminal() as ben:
        for terminal, name in ((ana, "Ana"), (ben, "Ben")):
            terminal.start(
                [str(TUI_ROOMS), server.url, "--name", name],
                private_environment(tmp_path / name),
            )
        ana.wait_for("No rooms are open")
        ana.send("n")
        ana.wait_for("What is it about?")
        ana.type("Harbour")
        ana.send("Tab", "Down", "Enter")
        ana.wait_for("ON STAGE 1")
        ana.send("G")
        ana.wait_for("Stop being live? 0 listeners will be sent out")
        ana.send("y")
        ana.wait_for(lambda screen: "◌ BACKSTAGE" in screen.splitlines()[0])
        ana.send("g")
        ana.wait_for(lambda screen: "● LIVE" in screen.splitlines()[0])

        ben.wait_for("Harbour")
        ben.send("Enter")
        ben.wait_for("AUDIENCE 1")
        ben.send("h")
        ben.wait_for("↑1 Ben")
        ana.wait_for("↑1 Ben")
        ana.send("a")
        ben.wait_for("Ana offers you the stage")
        ana.wait_for("invited 0:")
        ben.send("a")
        ben.wait_for("ON STAGE 2")
        ana.wait_for("ON STAGE 2")

        ben.wait_for("m unmute")
        ben.send("m")
        ana.wait_for("● Ben")
        ana.send("Right", "Right")
        ana.wait_for("◆ Ben")
        volumes = tmp_path / "Ana" / "state" / "tui-rooms" / "volumes.json"
        assert not volumes.exists(), "nothing is remembered that nobody has set"
        ana.send("-", "-", "-", "-")
        ana.wait_for("mic open · 60 %")
        assert 60 in json.loads(volumes.read_text())["percents"].values()
        assert "60 %" not in ben.screen(), "nobody else learns of it"
        ana.send("i")
        ana.wait_for("has talked")
        ana.send("n")
        ana.wait_for("not heard")
        ana.send("Escape")
        # Seen below the details too; and a key right behind Escape would be Alt with that key.
        ana.wait_for(lambda screen: "has talked" not in screen)
        ana.send("u")
        ben.wait_for("m unmute")
        ben.wait_for("× Ben")

        ben.send("c")
        ben.wait_for("write…")
        ben.type("quiet music, @a")
        ben.send("Tab")
        ben.wait_for("@Ana")
        ben.send("Enter")
        ana.wait_for("Ben quiet music, @Ana")
        ben.send("Escape")
        ben.wait_for("q leave")
        ben.send("r")
        ben.wait_for("React with")
        ben.send("1")
        ana.wait_for("👏 1")

        ben.send("q")
        ben.wait_for("Harbour")
        ana.wait_for("ON STAGE 1")
        ana.send("q")
        ana.wait_for("You are the only host here")
        ana.send("e")
        ana.wait_for("No rooms are open")
        ben.wait_for("No rooms are open")
