"""An app whose screens are drawn in roles: a theme gives them colours, NO_COLOR takes all away."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.theme import Theme

from tui_rooms.tui.drawing.palette import ROLES
from tui_rooms.tui.terminal.colouring import RoleColours, WithoutColours
from tui_rooms.tui.terminal.house_colours import DEFAULT, HOUSE, NIGHT, SIXTEEN, SIXTEEN_BY_DAY
from tui_rooms.tui.terminal.themes import PREFIX, house_theme, role_colours


class Themed(App[None]):
    """Has the house's themes beside Textual's."""

    def __init__(
        self,
        *,
        driver_class: type[Driver] | None = None,
        themes: Iterable[Theme] = (),
        theme: str = DEFAULT,
    ) -> None:
        """
        Args:
            themes: further ones, of people's settings.
            theme: the one to begin with.
        """
        self._colouring: RoleColours = RoleColours({})
        self._has_themes = False
        super().__init__(driver_class=driver_class)
        for name, colours in HOUSE.items():
            self.register_theme(house_theme(name, colours))
        for further in themes:
            self.register_theme(further)
        self._has_themes = True
        self._begin_with(theme)

    def get_css_variables(self) -> dict[str, str]:
        """With a colour for each role, `$room-…`; the drawing follows."""
        if not self._has_themes:
            # Textual asks too early: see `_begin_with`.
            return {}
        variables = super().get_css_variables()
        colours = role_colours(variables)
        self._colouring = self._colouring_with(colours)
        return {**variables, **{PREFIX + role: colours[role] for role in ROLES}}

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What is done to each line on its way to the terminal."""
        if self.no_color:
            # Textual's own would still send shades of grey.
            return [self._colouring]
        return [*super().get_line_filters(), self._colouring]

    def _watch_theme(self, theme_name: str) -> None:
        super()._watch_theme(theme_name)
        # What draws lines itself does not notice that a style sheet has changed.
        self.call_after_refresh(self._redraw_all)

    def _begin_with(self, name: str) -> None:
        """As if the theme had never been another: a change would parse all style sheets again."""
        self.set_reactive(App.theme, self._validate_theme(name))
        dark = self.current_theme.dark
        self.update_classes(
            {f"-theme-{name}": True, "-dark-mode": dark, "-light-mode": not dark}, update=False
        )
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())

    def _redraw_all(self) -> None:
        for screen in self.screen_stack:
            for widget in screen.query("*"):
                widget.refresh()
            screen.refresh(layout=True)

    def _colouring_with(self, colours: Mapping[str, str]) -> RoleColours:
        if self.no_color:
            return WithoutColours(NIGHT)
        theme = self.current_theme
        if theme.ansi or self.console.color_system == "standard":
            return RoleColours(SIXTEEN if theme.dark else SIXTEEN_BY_DAY)
        return RoleColours(colours)


def theme_names(app: App[Any]) -> list[str]:
    """All that one can choose from, the house's first."""
    rest = sorted(set(app.available_themes) - set(HOUSE))
    return [*HOUSE, *rest]
