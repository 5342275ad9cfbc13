"""The settings that hold, beside those of the file; the file is written only when asked for."""

from pathlib import Path

from tui_rooms.tui.settings.schema import KnownServer, Settings


class HeldSettings:
    """Settings may change without being saved: they hold until the program ends."""

    def __init__(self, settings: Settings, file: Path | None) -> None:
        """`file`: where they are saved; None for nowhere."""
        self.now = settings
        self.saved = settings
        """What the file says of them, and command line and environment."""
        self.file = file

    def save(self) -> str:
        """Write what was changed into the file; a sentence about it, empty without a file."""
        from tui_rooms.tui.settings.errors import SettingsError
        from tui_rooms.tui.settings.writing import changes, save

        if self.file is None:
            return ""
        try:
            save(self.file, changes(self.saved, self.now))
        except SettingsError as error:
            return error.sentence
        self.saved = self.now
        return f"Saved in {self.file}."

    def know_servers(self, servers: tuple[KnownServer, ...]) -> str:
        """These are known from now on, in the file too: that was asked for; where they are kept."""
        from tui_rooms.tui.settings.errors import SettingsError
        from tui_rooms.tui.settings.writing import save_servers

        before, self.now = self.now.servers, self.now._replace(servers=servers)
        added = [one for one in servers if one not in before]
        forgotten = [one for one in before if one not in servers]
        until = " until you quit"
        if self.file is None:
            return until
        try:
            save_servers(self.file, added=added, forgotten=forgotten)
        except SettingsError as error:
            return f"{until}: {error.sentence}"
        return f", in {self.file}"
