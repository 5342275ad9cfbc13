"""The figures in the form that Prometheus reads.

No label has a value that strangers choose: no room, name or address, only words of ours, and the
numbers of our own processes.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from tui_rooms import __version__
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Role
from tui_rooms.server.metrics.measures import Measures
from tui_rooms.server.metrics.processes import process_figures
from tui_rooms.sfu.durations import CLASSES, Durations
from tui_rooms.sfu.figures import EngineFigures

SERVER: Final = "server"
_DROPPED: Final = (
    "stray",
    "crowded",
    "late",
    "forbidden",
    "excess",
    "unusable",
    "unchosen",
    "unprotected",
    "unsent",
    "unpassed",
)
"""Counters by whose names packets were dropped."""


def exposition(measures: Measures) -> bytes:
    """All figures, as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(measures))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def collect(self) -> Iterator[Metric]:
        engines = self._measures.engine.figures()
        yield _gauge("info", "Which version runs: always 1.", "version", {__version__: 1})
        yield from _of_rooms(self._measures)
        yield from _of_the_door(self._measures)
        yield _histogram(
            "event_log_append_seconds",
            "Until events were kept.",
            [({}, self._measures.appends)],
        )
        lags = [({"process": _media(number)}, one.lag) for number, one in _numbered(engines)]
        yield _histogram(
            "loop_lag_seconds",
            "How late each event loop came to what was due, looked at ten times a second.",
            [({"process": SERVER}, self._measures.lag.durations), *lags],
        )
        yield from _of_media(engines)
        yield from _of_processes(engines)


def _of_rooms(measures: Measures) -> Iterator[Metric]:
    lives = Counter({str(life): 0 for life in Life if life is not Life.ENDED})
    people = Counter({str(role): 0 for role in Role})
    for room in measures.registry.rooms():
        lives[str(room.life)] += 1
        people.update(str(person.role) for person in room.stage.values())
        people[str(Role.LISTENER)] += len(room.audience)
    yield _gauge("rooms", "Rooms that have not ended.", "state", lives)
    yield _gauge("people", "People who are in rooms.", "role", people)


def _of_the_door(measures: Measures) -> Iterator[Metric]:
    yield _gauge("websockets", "WebSockets that are open.", None, {"": measures.sockets()})
    if (table := measures.table) is not None:
        yield _gauge("connections", "TCP connections that are open.", None, {"": len(table)})
        yield _counter(
            "connections_ended",
            "TCP connections that were turned away (refused), or gave way to others before they "
            "had said anything (silent), because there were too many; and those that did not "
            "read (unread).",
            "why",
            {"refused": table.refused, "silent": table.dropped, "unread": measures.backlog.cut},
        )
    yield _gauge(
        "unread_bytes",
        "Bytes that wait for connections to read them.",
        None,
        {"": measures.backlog.size},
    )
    budget = measures.loop_time
    yield _counter(
        "loop_time_used_seconds",
        "How long the server's loop computed for requests.",
        None,
        {"": budget.used},
    )
    yield _counter(
        "loop_time_waited_seconds",
        "How long requests waited because their address, or all, used much of the loop's time.",
        None,
        {"": budget.waited},
    )
    yield _counter(
        "loop_time_refused",
        "Requests refused because they had waited too long for that.",
        None,
        {"": budget.refused},
    )
    yield _counter("refusals", "Refusals, by their code.", "code", measures.refusals.by_code)


def _of_media(engines: Iterable[EngineFigures]) -> Iterator[Metric]:
    up = GaugeMetricFamily(_name("media_worker_up"), "Whether it answers.", labels=["process"])
    rooms = GaugeMetricFamily(_name("media_rooms"), "Rooms it carries.", labels=["process"])
    peers = GaugeMetricFamily(_name("media_peers"), "Peers it knows.", labels=["process"])
    datagrams = CounterMetricFamily(
        _name("media_received_datagrams"), "Datagrams that came in.", labels=["process"]
    )
    octets = CounterMetricFamily(
        _name("media_received_bytes"), "Bytes of datagrams that came in.", labels=["process"]
    )
    received = CounterMetricFamily(
        _name("media_received_packets"), "RTP packets of those who may send.", labels=["process"]
    )
    sent = CounterMetricFamily(
        _name("media_sent_packets"), "RTP packets that went out.", labels=["process"]
    )
    passed = CounterMetricFamily(
        _name("media_passed_packets"),
        "Packets, and figures on them, that went to other workers with listeners of the room.",
        labels=["process"],
    )
    dropped = CounterMetricFamily(
        _name("media_dropped_packets"), "Packets not passed on.", labels=["process", "why"]
    )
    bad = CounterMetricFamily(
        _name("media_bad_packets"), "Packets not to be trusted or read.", labels=["process", "kind"]
    )
    handshakes = CounterMetricFamily(
        _name("media_handshakes"), "DTLS handshakes that ended.", labels=["process", "how"]
    )
    for number, one in _numbered(engines):
        where, counts = _media(number), Counter(one.counts)
        up.add_metric([where], int(one.alive))
        rooms.add_metric([where], one.rooms)
        peers.add_metric([where], one.peers)
        datagrams.add_metric([where], counts["datagrams"])
        octets.add_metric([where], counts["octets"])
        received.add_metric([where], counts["received"])
        sent.add_metric([where], counts["forwarded"])
        passed.add_metric([where], counts["passed"])
        for why in _DROPPED:
            dropped.add_metric([where, why], counts[why])
        bad.add_metric([where, "stun"], counts["bad_checks"])
        bad.add_metric([where, "srtp"], counts["refused"] - counts["malformed"])
        bad.add_metric([where, "rtp"], counts["malformed"])
        handshakes.add_metric([where, "complete"], counts["handshakes"])
        handshakes.add_metric([where, "failed"], counts["failed_handshakes"])
    yield from (up, rooms, peers, datagrams, octets)
    yield from (received, sent, passed, dropped, bad, handshakes)


def _of_processes(engines: Iterable[EngineFigures]) -> Iterator[Metric]:
    pids = {SERVER: os.getpid()}
    # Without workers the server carries the sound itself: it is counted once.
    pids |= {
        _media(number): one.pid for number, one in _numbered(engines) if one.pid != os.getpid()
    }
    found = {name: process_figures(pid) for name, pid in pids.items()}
    there = {name: one for name, one in found.items() if one is not None}
    memory = {name: one.memory for name, one in there.items()}
    yield _gauge("process_memory_bytes", "Memory (resident).", "process", memory)
    cpu = {name: one.cpu for name, one in there.items()}
    yield _counter("process_cpu_seconds", "Processor time.", "process", cpu)
    used = {name: one.descriptors for name, one in there.items()}
    yield _gauge("process_descriptors", "Descriptors in use.", "process", used)
    limits = {name: one.descriptor_limit for name, one in there.items()}
    yield _gauge("process_descriptor_limit", "Descriptors there may be.", "process", limits)


def _numbered(engines: Iterable[EngineFigures]) -> Iterator[tuple[int, EngineFigures]]:
    return enumerate(engines, 1)


def _media(number: int) -> str:
    return f"media-{number}"


def _name(name: str) -> str:
    return f"tui_rooms_{name}"


def _gauge(name: str, words: str, label: str | None, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(_name(name), words, labels=[label] if label else [])
    for value, number in values.items():
        family.add_metric([value] if label else [], number)
    return family


def _counter(name: str, words: str, label: str | None, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(_name(name), words, labels=[label] if label else [])
    for value, number in values.items():
        family.add_metric([value] if label else [], number)
    return family


def _histogram(
    name: str, words: str, found: Iterable[tuple[Mapping[str, str], Durations]]
) -> Metric:
    found = list(found)
    family = HistogramMetricFamily(_name(name), words, labels=list(found[0][0]))
    for labels, durations in found:
        buckets, so_far = [], 0
        for end, count in zip((*map(str, CLASSES), "+Inf"), durations.counts, strict=True):
            so_far += count
            buckets.append((end, so_far))
        family.add_metric(list(labels.values()), buckets, durations.total)
    return family
