"""Everything that is counted of one server, in one place."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tui_rooms.server.door.connection_table import ConnectionTable
from tui_rooms.server.door.loop_time import LoopTime
from tui_rooms.server.door.refusals import Refusals
from tui_rooms.server.metrics.loop_lag import LoopLag
from tui_rooms.server.metrics.readiness import Readiness
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.rooms.telling.backlog import Backlog
from tui_rooms.sfu.durations import Durations
from tui_rooms.sfu.port import MediaEngine


@dataclass(slots=True, kw_only=True)
class Measures:
    """One server has one."""

    registry: Registry
    engine: MediaEngine
    refusals: Refusals
    backlog: Backlog
    """Of what nobody has read yet."""
    loop_time: LoopTime
    """What addresses use of the loop."""
    appends: Durations
    """How long it took until events were kept."""
    lag: LoopLag
    """Of the server's own loop."""
    readiness: Readiness
    table: ConnectionTable | None = None
    """Of TCP connections, once the door is open."""
    sockets: Callable[[], int] = field(default=lambda: 0)
    """How many WebSockets are open."""
