"""Who may connect when many want to."""

import random

from tui_rooms.server.door import connection_table
from tui_rooms.server.door.connection_table import ConnectionTable


class Link:
    """A connection that knows whether it was ended."""

    def __init__(self) -> None:
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True


class Clock:
    """Stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def connect(table: ConnectionTable, host: str, *, speaks: bool = False) -> Link | None:
    """Come in; None when turned away."""
    if not table.admits(host):
        return None
    link = Link()
    table.came(link, host)
    if speaks:
        table.spoke(link)
    return link


def test_silent_connections_give_way_to_the_next_of_their_address():
    """A flood of idle ones does not keep honest people of the same address out."""
    table = ConnectionTable(1000, clock=Clock(), per_address=10)
    talking = [connect(table, "192.0.2.1", speaks=True) for _ in range(4)]
    idle = [connect(table, "192.0.2.1") for _ in range(50)]
    assert len(table) == 10
    assert [link.aborted for link in idle if link] == [True] * 44 + [False] * 6
    newcomer = connect(table, "192.0.2.1", speaks=True)
    assert newcomer is not None
    assert not any(link.aborted for link in talking if link)


def test_who_has_spoken_gives_way_to_nobody():
    """When all of an address have, the next one is turned away, and others are not."""
    table = ConnectionTable(1000, clock=Clock(), per_address=3)
    mine = [connect(table, "192.0.2.1", speaks=True) for _ in range(4)]
    assert [link is not None for link in mine] == [True, True, True, False]
    assert connect(table, "192.0.2.2") is not None
    assert table.refused == 1
    table.left(mine[0])
    assert connect(table, "192.0.2.1") is not None


def test_silent_connections_are_few_in_all_from_however_many_addresses(monkeypatch):
    """Each may hold a part of a request; the table has room for many more that have spoken."""
    monkeypatch.setattr(connection_table, "SILENT", 20)
    table = ConnectionTable(1000, clock=Clock())
    talking = [connect(table, f"192.0.2.{n}", speaks=True) for n in range(30)]
    idle = [connect(table, f"198.51.100.{n}") for n in range(50)]
    assert [link.aborted for link in idle if link] == [True] * 30 + [False] * 20
    assert not any(link.aborted for link in talking if link)


def test_a_full_table_lets_the_longest_silent_go():
    """Whoever it is of; when none is silent the newcomer is turned away."""
    table = ConnectionTable(6, clock=Clock(), per_address=5)
    first = connect(table, "192.0.2.1")
    rest = [connect(table, f"192.0.2.{number}", speaks=True) for number in range(2, 7)]
    assert connect(table, "192.0.2.9", speaks=True) is not None
    assert first.aborted
    assert connect(table, "192.0.2.9") is None
    assert not any(link.aborted for link in rest)


def test_this_machine_never_takes_more_than_half():
    """A program of its own that goes wrong leaves room for everybody else."""
    table = ConnectionTable(20, clock=Clock(), per_address=5)
    local = [connect(table, "127.0.0.1", speaks=True) for _ in range(15)]
    assert sum(link is not None for link in local) == 10
    assert connect(table, "192.0.2.1") is not None


def test_one_ipv6_network_counts_as_one_address():
    """Whoever has one of its addresses has them all."""
    table = ConnectionTable(1000, clock=Clock(), per_address=3)
    many = [connect(table, f"2001:db8::{number:x}", speaks=True) for number in range(9)]
    assert sum(link is not None for link in many) == 3
    assert connect(table, "2001:db8:0:1::1") is not None


def test_a_full_table_is_said_once_a_minute(caplog):
    """Not once for each of thousands."""
    clock = Clock()
    table = ConnectionTable(4, clock=clock, per_address=2)
    for _ in range(1000):
        connect(table, "192.0.2.1")
    assert len(caplog.messages) == 1
    clock.now = 61.0
    connect(table, "192.0.2.1")
    assert len(caplog.messages) == 2
    assert "192.0.2.1" not in caplog.messages[0] or "said nothing" in caplog.messages[0]


def test_whatever_comes_and_goes_the_counts_agree():
    """No more than the limits ever, and nothing is left when all have gone."""
    chance = random.Random(1)
    table = ConnectionTable(40, clock=Clock(), per_address=9)
    links: list[Link] = []
    for _ in range(5000):
        match chance.randrange(3):
            case 0:
                link = connect(table, f"192.0.2.{chance.randrange(8)}")
                links += [link] if link else []
            case 1 if links:
                table.spoke(chance.choice(links))
            case 2 if links:
                table.left(links.pop(chance.randrange(len(links))))
        links = [link for link in links if not link.aborted]
        assert len(table) == len(links) <= 40
    for link in links:
        table.left(link)
    assert len(table) == 0
    assert not table._by_address
    assert not table._silent
