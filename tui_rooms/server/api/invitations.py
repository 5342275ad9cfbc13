"""Invitation links over HTTP: make, list, revoke, use."""

import asyncio
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from tui_rooms.rules.acts.joining import join
from tui_rooms.rules.acts.refusals import require_rank
from tui_rooms.rules.commands import JoinRoom
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.moments import clock_text
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room, Seconds
from tui_rooms.server.api.fields import Moment, RoomPath
from tui_rooms.server.api.on_disk import kept
from tui_rooms.server.api.shared import (
    Address,
    Asker,
    Bearer,
    LinkBase,
    Shared,
    SharedParts,
    strictly,
)
from tui_rooms.server.door.credentials.invitations import Invitation, unknown
from tui_rooms.server.door.credentials.tokens import INVITED, SESSION_LIFE, Grant, mint, verify
from tui_rooms.server.door.own_parts import person_of
from tui_rooms.server.rooms import pages
from tui_rooms.wire.fields import Message, Text, spelt

router = APIRouter(tags=["invitations"])

InvitationId = Annotated[str, *spelt("[0-9a-f]{1,32}", "an invitation's id, as they are listed")]


class NewInvitation(Message):
    """Whom a link lets in, until when and how often."""

    role: Role = Role.LISTENER
    expires_at: Moment | None = None
    """Left out: it does not expire while the room is there; but a link of somebody who invites by a
    token alone, without a role by name in the room, ends with that token."""
    uses: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Left out: as often as one likes."""


class InvitationSummary(Message):
    """An invitation without its secret."""

    invitation: str
    role: Role
    made_by: str
    """The identity of who made it."""
    made_at: Seconds
    expires_at: Seconds | None
    uses_limit: int | None
    uses: int


class MadeInvitation(Message):
    """A new invitation and its link, which is shown once."""

    invitation: InvitationSummary
    link: str
    """What follows the `#` is the secret; no browser sends it to any server."""


class InvitationList(Message):
    """The invitations of a room, the oldest first."""

    invitations: tuple[InvitationSummary, ...]


class Use(Message):
    """The secret of a link, and who comes."""

    secret: Annotated[str, Field(min_length=1, max_length=100, repr=False)]
    name: Text | None = None
    """What they are called, if no token says it, until they choose another name."""


class LetIn(Message):
    """A token that comes into the room."""

    token: str
    room: str
    role: Role
    identity: str
    name: str


@router.post(
    "/api/rooms/{room_id}/invitations",
    status_code=201,
    dependencies=[Depends(strictly(NewInvitation))],
)
async def invite(
    room_id: RoomPath, new: NewInvitation, shared: SharedParts, asker: Asker, base: LinkBase
) -> MadeInvitation:
    """Make a link that comes in with a role; takes update-roles, and that role or a higher one."""
    who = await _inviter(shared, room_id, asker)
    require_rank(who, new.role, f"a {new.role}", f"invite a {new.role}")
    door = shared.door
    now = door.wall()
    if new.expires_at is not None and new.expires_at <= now:
        raise RoomError(
            "bad-time",
            f"an invitation until {clock_text(new.expires_at)} would have expired: choose a time "
            "to come",
        )
    room = door.registry.find(room_id).room
    expires_at = new.expires_at
    if asker.expires_at is not None and asker.identity not in room.roles:
        # It is their token that invites: nobody comes in by it when it has ended.
        expires_at = min(expires_at or asker.expires_at, asker.expires_at)
    made, secret = await kept(
        lambda: shared.invitations.make(
            room=room_id,
            role=new.role,
            made_by=asker.identity,
            now=now,
            room_made_at=room.created_at,
            # Told from those of an earlier room, though the clock was set back since this began.
            made_at=max(door.clock(), room.created_at),
            expires_at=expires_at,
            uses_limit=new.uses,
        )
    )
    link = f"{base}/r/{room_id}#invite={secret}"
    return MadeInvitation(invitation=_summary(made), link=link)


@router.get("/api/rooms/{room_id}/invitations")
async def invitations(room_id: RoomPath, shared: SharedParts, asker: Asker) -> InvitationList:
    """The links into a room and how often they were used; takes update-roles."""
    found = await _into(shared, room_id, asker)
    return InvitationList(invitations=tuple(map(_summary, found)))


@router.delete("/api/rooms/{room_id}/invitations/{invitation}", status_code=204)
async def revoke(
    room_id: RoomPath, invitation: InvitationId, shared: SharedParts, asker: Asker
) -> None:
    """Make a link useless; who came in by it stays. Takes update-roles."""
    there = await _into(shared, room_id, asker)
    if invitation not in [one.invitation_id for one in there]:
        raise unknown(room_id, invitation)
    await kept(lambda: shared.invitations.revoke(room_id, invitation))


@router.post("/api/invitations/use", dependencies=[Depends(strictly(Use))])
async def use(
    wanted: Use, shared: SharedParts, bearer: Bearer, address: Address, request: Request
) -> LetIn:
    """Turn a link's secret into a token for its room; counts one use.

    Whoever sends a token of theirs along stays who they are. Who could not enter now is refused as
    at the door, and nothing is counted: the link is still good when the room goes live.
    """
    door = shared.door
    now = door.wall()
    person = person_of(request.scope)
    if bearer is not None:
        known = verify(door.keys, bearer.credentials, now=door.wall())
    elif person is not None:
        known = person
    else:
        known = Grant(identity=f"{INVITED}{secrets.token_hex(6)}", guest=True)
    known = known.called(wanted.name)
    found = await asyncio.to_thread(shared.invitations.look_up, wanted.secret, now)
    room = await door.registry.to_enter(found.room)
    if not found.is_into(room.room.created_at):
        raise RoomError("bad-invitation", "this invitation's room has ended: ask for another")
    _require_maker(room.room, found)
    grant = Grant(
        identity=known.identity,
        name=known.name,
        nameless=known.guest or known.nameless,
        rooms=(found.room,),
        lives={found.room: room.room.created_at},
        made_by=known.made_by,
        role=found.role,
    )
    actor = shared.actor(grant, room.room, address=address)
    join(room.room, JoinRoom(), actor, door.clock())
    await kept(lambda: shared.invitations.use(wanted.secret, now))
    token = mint(door.keys, grant, now=door.wall(), life=SESSION_LIFE)
    return LetIn(
        token=token,
        room=found.room,
        role=found.role,
        identity=grant.identity,
        name=grant.name,
    )


async def _into(shared: Shared, room_id: str, asker: Grant) -> list[Invitation]:
    """The links into a room, for somebody who may invite; none into earlier rooms of its name."""
    await _inviter(shared, room_id, asker)
    made_at = shared.door.registry.find(room_id).room.created_at
    found = await asyncio.to_thread(shared.invitations.of_room, room_id)
    return [link for link in found if link.is_into(made_at)]


async def _inviter(shared: Shared, room_id: str, asker: Grant) -> Participant:
    """Who may invite, as a participant with a rank."""
    room = (await shared.door.sight.to_enter(asker, room_id)).room
    who = pages.reader(room, shared.actor(asker, room))
    who.require(room, Capability.UPDATE_ROLES, "invite people")
    role = who.role or Role.LISTENER
    return Participant(identity=who.identity, name=who.name, role=role, since=0.0)


def _require_maker(room: Room, link: Invitation) -> None:
    """Refuse a link whose maker may not give its role any more.

    Only what was decided about them in the room ends it: who has no role there by name made it by
    a token, and who has left may come back.

    Raises:
        RoomError: `bad-invitation`.
    """
    maker = link.made_by
    role = room.roles.get(maker)
    outranked = role is not None and (
        role.rank < link.role.rank
        or Capability.UPDATE_ROLES not in room.capabilities_as(maker, role)
    )
    revoked = Capability.UPDATE_ROLES in room.revocations.get(maker, ())
    if outranked or revoked or maker in room.blocked:
        raise RoomError(
            "bad-invitation",
            f"this invitation to room '{room.room_id}' has ended: whoever made it may not invite "
            f"a {link.role} any more; ask a host for another",
        )


def _summary(made: Invitation) -> InvitationSummary:
    return InvitationSummary(
        invitation=made.invitation_id,
        role=made.role,
        made_by=made.made_by,
        made_at=made.made_at,
        expires_at=made.expires_at,
        uses_limit=made.uses_limit,
        uses=made.uses,
    )
