"""What can be typed about people: on the stage, in the queue, for oneself."""

from collections.abc import Sequence
from typing import Final, TypeVar

from tui_rooms.rules import commands
from tui_rooms.rules.durations import read_duration
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant
from tui_rooms.tui.drawing.alike import alike
from tui_rooms.tui.drawing.details import details
from tui_rooms.tui.model.marks import unmarked
from tui_rooms.tui.model.room_view import Hearing
from tui_rooms.tui.model.waiting import Waiting
from tui_rooms.tui.plain.command import Command
from tui_rooms.tui.plain.errors import TypingError
from tui_rooms.tui.plain.happenings import waiting_lines
from tui_rooms.tui.plain.narrator import who_lines
from tui_rooms.tui.plain.numbers import whole
from tui_rooms.tui.plain.visit import Visit
from tui_rooms.wire import commands as wire
from tui_rooms.wire.messages import Absentee

Named = TypeVar("Named", Participant, Absentee)


def person(visit: Visit, name: str) -> Participant:
    """Somebody by name, or by the beginning of it.

    Raises:
        TypingError: nobody, or more than one.
    """
    fitting = _fitting(visit, name)
    if not fitting:
        raise TypingError(f"nobody here is called {name!r}; see: who, or who has left: absent")
    return _only(fitting, name)


def anybody(visit: Visit, name: str) -> Participant | Absentee:
    """The same; and if nobody here is called so, somebody whom `absent` has listed.

    Raises:
        TypingError: nobody, or more than one.
    """
    gone = [one for one in visit.absent if name in (one.identity, one.name)]
    return person(visit, name) if not gone or _fitting(visit, name) else _only(gone, name)


def _fitting(visit: Visit, name: str) -> list[Participant]:
    people = [*visit.room.stage.values(), *visit.situation().view.listeners.values()]
    wanted = name.casefold()
    same = [who for who in people if who.name.casefold() == wanted or who.identity == name]
    # Who types a name by sight may mean anybody who looks like that.
    return same or [
        who
        for who in people
        if name
        and (who.name.casefold().startswith(wanted) or alike(unmarked(who.name)) == alike(name))
    ]


def _only(fitting: Sequence[Named], name: str) -> Named:
    if len(fitting) > 1:
        names = ", ".join(f"{who.name} ({who.identity})" for who in fitting)
        raise TypingError(f"{name!r} may be {names}; type more of the name, or what is in brackets")
    return fitting[0]


def capability(text: str) -> Capability:
    """By its name.

    Raises:
        TypingError: there is none of that name.
    """
    try:
        return Capability(text.casefold())
    except ValueError:
        raise TypingError(f"{text!r} is not one of: {', '.join(Capability)}") from None


def seconds(text: str) -> float:
    """A time such as 30, 30s, 10m, 1h or 2d.

    Raises:
        TypingError: it is none.
    """
    try:
        return read_duration(text, unit="s")
    except ValueError as exc:
        raise TypingError(str(exc)) from exc


def _who(visit: Visit, _: str) -> None:
    visit.say(*who_lines(visit.room, visit.me, visit.link))


def _find(visit: Visit, rest: str) -> None:
    visit.bridge.find_people(rest)


def _details(visit: Visit, rest: str) -> None:
    who = person(visit, rest) if rest else None
    told = details(
        visit.situation().view,
        who,
        seconds=visit.clock(),
        talk=visit.talk_times,
        link=visit.link,
    )
    visit.say(told.title, *(f"  {name}: {value}" for name, value in told.values))
    visit.say(*(f"  {share:.0%} of the talk: {name}" for name, share in told.shares))
    if who is not None and who.identity != visit.me:
        visit.say(f"  you hear: {visit.bridge.hearing(who.identity).words or 'as usual'}")


def _mute(visit: Visit, rest: str) -> None:
    if rest:
        visit.bridge.command(commands.Mute(identity=anybody(visit, rest).identity))
    else:
        visit.bridge.microphone(is_open=False)


def _unmute(visit: Visit, _: str) -> None:
    visit.bridge.microphone(is_open=True)


def _volume(visit: Visit, rest: str) -> None:
    name, _, percent = rest.rpartition(" ")
    number = whole(percent.rstrip("%"))
    if not name or number is None:
        raise TypingError("expected a name and 0 to 200 percent, such as: volume Ben 60")
    who = person(visit, name)
    visit.bridge.set_volume(who.identity, number)
    _say_hearing(visit, who)


def _hush(visit: Visit, rest: str) -> None:
    who = person(visit, rest)
    muted = not visit.bridge.hearing(who.identity).muted
    visit.bridge.mute_for_me(who.identity, muted=muted)
    _say_hearing(visit, who)


def _say_hearing(visit: Visit, who: Participant) -> None:
    hearing: Hearing = visit.bridge.hearing(who.identity)
    words = "not at all" if hearing.muted else f"at {hearing.percent} %"
    visit.say(f"you hear {who.name} {words}; nobody else is told")


def _deafen(visit: Visit, _: str) -> None:
    deafened = not visit.situation().deafened
    visit.bridge.deafen(deafened=deafened)
    visit.say("you hear nobody" if deafened else "you hear everybody again")


def _hand(visit: Visit, _: str) -> None:
    up = visit.situation().hand_is_up
    visit.bridge.command(commands.LowerHand(identity=visit.me) if up else commands.RaiseHand())


def _waiting(visit: Visit, _: str) -> None:
    visit.say(*waiting_lines(visit.room))


def _accept(visit: Visit, rest: str) -> None:
    if not rest and visit.situation().offer is not None:
        visit.bridge.command(commands.AcceptOffer())
        return
    one = _waits(visit, rest)
    if one.capability is not None:
        _answer(visit, one, one.capability, grant=True)
    else:
        visit.bridge.command(commands.OfferStage(identity=one.identity))


def _decline(visit: Visit, rest: str) -> None:
    if not rest and visit.situation().offer is not None:
        visit.bridge.command(commands.DeclineOffer())
        return
    one = _waits(visit, rest)
    if one.capability is not None:
        _answer(visit, one, one.capability, grant=False)
    else:
        visit.bridge.command(commands.DeclineHand(identity=one.identity))


def _answer(visit: Visit, one: Waiting, capability: Capability, *, grant: bool) -> None:
    visit.bridge.command(
        commands.AnswerRequest(identity=one.identity, capability=capability, grant=grant)
    )


def _waits(visit: Visit, name: str) -> Waiting:
    chosen = person(visit, name) if name else None
    one = visit.situation(chosen).next_waiting
    if one is None or (chosen is not None and one.identity != chosen.identity):
        whom = f"{chosen.name} does not wait" if chosen else "nobody waits"
        raise TypingError(f"{whom} for your answer; see: waiting")
    return one


def _ask(visit: Visit, rest: str) -> None:
    visit.bridge.command(commands.RequestPermission(capability=capability(rest)))


def _stage(visit: Visit, rest: str) -> None:
    who = person(visit, rest).identity
    taken_back = who in visit.room.offers
    visit.bridge.command(
        commands.WithdrawOffer(identity=who) if taken_back else commands.OfferStage(identity=who)
    )


def _audience(visit: Visit, rest: str) -> None:
    who = person(visit, rest).identity
    visit.bridge.command(commands.ChangeRole(identity=who, role=Role.LISTENER))


def _step_down(visit: Visit, _: str) -> None:
    visit.bridge.command(commands.ChangeRole(identity=visit.me, role=Role.LISTENER))


def _role(visit: Visit, rest: str) -> None:
    name, _, wanted = rest.rpartition(" ")
    if wanted not in set(Role):
        raise TypingError(f"expected a name and one of: {', '.join(Role)}; such as: role Ben host")
    who, role = person(visit, name), Role(wanted)
    if who.role.on_stage:
        visit.bridge.command(commands.ChangeRole(identity=who.identity, role=role))
    else:
        visit.bridge.command(commands.OfferStage(identity=who.identity, role=role))


def _allow(visit: Visit, rest: str) -> None:
    name, _, what = rest.rpartition(" ")
    who, one = person(visit, name).identity, capability(what)
    visit.bridge.command(commands.GrantCapability(identity=who, capability=one))


def _forbid(visit: Visit, rest: str) -> None:
    name, _, what = rest.rpartition(" ")
    who, one = person(visit, name).identity, capability(what)
    visit.bridge.command(commands.RevokeCapability(identity=who, capability=one))


def _kick(visit: Visit, rest: str) -> None:
    name, _, reason = rest.partition(":")
    who = anybody(visit, name.strip()).identity
    visit.bridge.command(commands.Kick(identity=who, reason=reason.strip()))


def _block(visit: Visit, rest: str) -> None:
    who_and_time, _, reason = rest.partition(":")
    name, for_, time = who_and_time.strip().rpartition(" for ")
    lasts = seconds(time.strip()) if for_ else None
    who = anybody(visit, name if for_ else time)
    visit.bridge.command(
        commands.Block(identity=who.identity, reason=reason.strip(), seconds=lasts)
    )


def _absent(visit: Visit, _: str) -> None:
    visit.bridge.read_absent()


def _report(visit: Visit, rest: str) -> None:
    name, _, reason = rest.partition(":")
    if not reason.strip():
        raise TypingError("a report needs a reason, such as: report Ben: insults people")
    who = person(visit, name.strip())
    visit.bridge.command(wire.Report(identity=who.identity, reason=reason.strip()))
    visit.say(f"the hosts are told about {who.name}")


PEOPLE: Final = (
    Command("who", "list who is here", _who),
    Command("find TEXT", "find somebody by a part of the name", _find, ("find-person",)),
    Command("details [NAME]", "all about the room, or somebody", _details, ("details",)),
    Command("unmute", "open your microphone", _unmute, ("unmute", "toggle-microphone", "talk")),
    Command("mute [NAME]", "close your microphone, or somebody's", _mute, ("mute", "mute-person")),
    Command("volume NAME PERCENT", "hear somebody at 0 to 200 %", _volume, ("louder", "quieter")),
    Command("hush NAME", "do not hear somebody, or hear them again", _hush, ("mute-for-me",)),
    Command("deafen", "hear nobody, or everybody again", _deafen, ("deafen",)),
    Command("hand", "raise your hand, or lower it", _hand, ("hand",)),
    Command("waiting", "list who waits for an answer", _waiting),
    Command("accept [NAME]", "take the stage, or say yes to who waits", _accept, ("accept",)),
    Command("decline [NAME]", "the same with a no", _decline, ("decline",)),
    Command(
        "ask PERMISSION", "ask the hosts to be allowed", _ask, ("ask-permission", "ask-to-speak")
    ),
    Command("stepdown", "go back to the audience", _step_down, ("step-down",)),
    Command("stage NAME", "offer somebody the stage, or take it back", _stage, ("change-role",)),
    Command("audience NAME", "send somebody back to the audience", _audience, ("change-role",)),
    Command("role NAME ROLE", "make somebody a host, a cohost, …", _role, ("role",)),
    Command("allow NAME PERMISSION", "give somebody a permission", _allow, ("permissions",)),
    Command("forbid NAME PERMISSION", "take a permission away", _forbid, ("permissions",)),
    Command("kick NAME[: REASON]", "send somebody out", _kick, ("kick",)),
    Command("block NAME [for 10m][: REASON]", "keep somebody out", _block, ("block",)),
    Command("absent", "who has left lately, to mute, kick or block", _absent, ("absent",)),
    Command("report NAME: REASON", "tell the hosts about somebody", _report, ("report",)),
)
