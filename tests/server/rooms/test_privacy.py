"""Nobody receives what they may not see: looked for in every byte that came over the socket."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

from tests.support.dialogue import Dialogue, dialogue
from tests.support.server import Server

_rooms = count(1)
SESAME = "open sesame"


class Party:
    """Ana is host, Cora cohost; Ben and Lena listen."""

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self._server, self._stack = server, stack
        self.room = f"party-{next(_rooms)}"
        self.ana, self.cora, self.ben, self.lena = (
            stack.enter_context(dialogue(server.url, name=name))
            for name in ("Ana", "Cora", "Ben", "Lena")
        )
        self.ana.ask("create_room", room=self.room, title="Tea", live=True)
        for who in (self.ana, self.cora, self.ben, self.lena):
            assert who.ask("join_room", room=self.room, media=False)["type"] == "ack"
        self.promote(self.cora, "cohost")

    def promote(self, who: Dialogue, role: str) -> None:
        """Ana gives a role."""
        done = self.ana.do("change_role", identity=identity(who), role=role)
        assert done["type"] == "ack"

    def again(self, who: Dialogue, *, upto: int | None) -> Dialogue:
        """Another connection of the same person, who comes back to their place."""
        talk = self._stack.enter_context(dialogue(self._server.url, session=who.welcome["session"]))
        assert talk.ask("join_room", room=self.room, media=False, upto=upto)["type"] == "ack"
        return talk


@contextmanager
def party(server: Server) -> Iterator[Party]:
    with ExitStack() as stack:
        yield Party(server, stack)


def identity(who: Dialogue) -> str:
    return str(who.welcome["identity"])


def everything(who: Dialogue) -> str:
    """All that they have received up to the answer to one more request."""
    who.do("lower_hand", identity=identity(who))
    return "\n".join(who.texts)


def test_a_private_message_reaches_two_people(door: Server):
    """Live, in the history, and in the snapshot of a connection that comes back."""
    with party(door) as p:
        to = {"kind": "person", "identity": identity(p.cora)}
        assert p.ben.do("send_message", text="only for cora", to=to)["type"] == "ack"
        again = [p.again(who, upto=upto) for who in (p.ana, p.lena) for upto in (None, 1)]
        for who in (p.ana, p.lena, *again):
            who.ask("read_chat")
            assert "only for cora" not in everything(who)
        for who in (p.ben, p.cora):
            assert who.event("message_sent")["text"] == "only for cora"
            assert who.ask("read_chat")["messages"][0]["text"] == "only for cora"


def test_a_message_to_cohosts_appears_with_the_role_and_goes_with_it(door: Server):
    """Whoever becomes a cohost can read it, in a fresh snapshot; afterwards not any more."""
    with party(door) as p:
        to = {"kind": "roles", "roles": ["host", "cohost"]}
        p.cora.do("send_message", text="cohosts only", to=to)
        assert "cohosts only" not in everything(p.ben)
        p.promote(p.ben, "cohost")
        assert "cohosts only" in everything(p.ben)
        p.promote(p.ben, "listener")
        *_, last = (text for text in everything(p.ben).split("\n") if '"snapshot"' in text)
        assert "cohosts only" not in last
        p.cora.do("send_message", text="another one", to=to)
        assert "another one" not in everything(p.ben)
        assert p.ben.ask("read_chat")["messages"] == []


def test_a_role_that_changed_while_one_was_away_changes_what_one_gets(door: Server):
    """Missed events are not enough then: what was hidden before must come too."""
    with party(door) as p:
        p.cora.do("send_message", text="early words", to={"kind": "roles", "roles": ["cohost"]})
        upto = p.ben.hear("snapshot")["upto"]
        p.ben.socket.socket.close()  # no goodbye
        p.promote(p.ben, "cohost")
        back = p.again(p.ben, upto=upto)
        assert "early words" in back.hear("snapshot")["room"]["chat"].popitem()[1]["text"]


def test_a_report_reaches_those_who_read_reports(door: Server):
    """Neither the reported nor the other listeners; pages are guarded as well."""
    with party(door) as p:
        p.lena.do("report", identity=identity(p.ben), reason="spam", text="he sells things")
        assert p.cora.event("reported")["text"] == "he sells things"
        assert p.ana.ask("read_reports")["reports"][0]["reason"] == "spam"
        for who in (p.ben, p.lena):
            for talk in (who, p.again(who, upto=1), p.again(who, upto=None)):
                assert talk.ask("read_reports")["type"] == "refused"
                assert talk.ask("read_audit")["type"] == "refused"
                assert "he sells things" not in everything(talk)
            assert talk.ask("read_reports")["code"] == "not-allowed"


def test_a_password_is_in_nothing_that_anybody_receives(door: Server):
    """Neither in clear nor hashed; the host learns only that there is one."""
    with party(door) as p:
        p.ana.do("update_room", password=SESAME)
        assert p.ben.event("room_updated")["has_password"] is True
        back = p.again(p.ana, upto=None)
        for who in (p.ana, p.ben, p.cora, back):
            seen = everything(who)
            assert "sesame" not in seen
            assert "argon2" not in seen
        assert back.hear("snapshot")["room"]["password_hash"] is None


def test_requests_and_offers_are_between_two_sides(door: Server):
    """Who asks and who may answer; nobody else."""
    with party(door) as p:
        p.lena.do("request_permission", capability="send-event")
        p.cora.do("offer_stage", identity=identity(p.lena))
        assert p.ana.event("permission_requested")["name"] == "Lena"
        assert p.lena.event("stage_offered")["name"] == "Lena"
        seen = everything(p.ben) + everything(p.again(p.ben, upto=1))
        assert "permission_requested" not in seen
        assert "stage_offered" not in seen
        assert '"expires_at"' not in seen
