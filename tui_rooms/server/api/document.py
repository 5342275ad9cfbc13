"""The OpenAPI document, where it has to say more than FastAPI finds out by itself."""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI

NEED_NO_TOKEN: Final = ("/api/invitations/use", "/metrics")
"""Never, or not from everywhere."""
NEEDS_A_KEY: Final = "/api/tokens"
_MADE_ROOM: Final = {"room_id": "$response.body#/room/room"}
_MADE_CALENDAR_LINK: Final = {
    "room_id": "$request.path.room_id",
    "calendar_link": "$response.body#/calendar_link/calendar_link",
}
_MADE_INVITATION: Final = {
    "room_id": "$request.path.room_id",
    "invitation": "$response.body#/invitation/invitation",
}


def complete(app: FastAPI, *, guests: bool) -> None:
    """Add to the document that FastAPI serves."""
    document: dict[str, Any] = app.openapi()  # FastAPI keeps this one
    for path, operation in _operations(document):
        if "security" in operation and (path in NEED_NO_TOKEN or (guests and path != NEEDS_A_KEY)):
            operation["security"].append({})
    _require_kinds(document["components"]["schemas"])
    _take_doubles(document["components"]["schemas"])
    _link_what_is_made(document)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def _require_kinds(schemas: dict[str, Any]) -> None:
    """A command is known by its `kind`: the rules have a default for it, the wire has not."""
    for choice in schemas["RoomCommand"]["properties"]["command"]["oneOf"]:
        schema = schemas[choice["$ref"].rpartition("/")[2]]
        schema["required"] = ["kind", *schema.get("required", [])]


def _take_doubles(schema: object) -> None:
    """A set that names something twice is the same set: pydantic takes it, its schema would not."""
    if isinstance(schema, dict):
        schema.pop("uniqueItems", None)
        for part in schema.values():
            _take_doubles(part)
    elif isinstance(schema, list):
        for part in schema:
            _take_doubles(part)


def _link_what_is_made(document: dict[str, Any]) -> None:
    """Say which operations take the ids that others give."""
    into_room = {
        operation["operationId"]: {
            "operationId": operation["operationId"],
            "parameters": _MADE_ROOM,
        }
        for path, operation in _operations(document)
        if "{room_id}" in path and path.count("{") == 1
    }
    paths = document["paths"]
    paths["/api/rooms"]["post"]["responses"]["201"]["links"] = into_room
    paths["/api/rooms/{room_id}/invitations"]["post"]["responses"]["201"]["links"] = {
        "revoke": {"operationId": "revoke", "parameters": _MADE_INVITATION}
    }
    paths["/api/rooms/{room_id}/calendar-links"]["post"]["responses"]["201"]["links"] = {
        "revoke_calendar_link": {
            "operationId": "revoke_calendar_link",
            "parameters": _MADE_CALENDAR_LINK,
        }
    }
