"""Keeps Textual's command palette out of the start; it is imported when somebody opens it.

Textual 8.2's app module imports the palette for its own key binding, and with it six widgets that
no first picture shows: a tenth of the time until that. We open the palette ourselves (see
`screens.place`), and by then the real module is there. A private part of Textual: hence the pin.
"""

import sys
from types import ModuleType
from typing import Any, Final

MODULE: Final = "textual.command"
NAMES: Final = ("CommandListItem", "CommandPalette", "SimpleProvider", "Provider")
THEME_NAMES: Final = ("DiscoveryHit", "Hit", "Hits")
"""What `textual.app` and `textual.theme` import from there."""


class NotImported:
    """Stands for a class of the palette in Textual's own modules."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise NotImplementedError("Textual's own palette is left out; see screens.place")


def import_textual_without_palette() -> None:
    """Import `textual.app`, and nothing for the palette; without effect when that was done."""
    if "textual.app" in sys.modules or MODULE in sys.modules:
        return
    stand_in = ModuleType(MODULE)
    for name in (*NAMES, *THEME_NAMES):
        setattr(stand_in, name, NotImported)
    sys.modules[MODULE] = stand_in
    try:
        import textual.app  # noqa: F401 - to be imported now
    finally:
        del sys.modules[MODULE]
