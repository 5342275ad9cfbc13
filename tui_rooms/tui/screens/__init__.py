"""Whole places: the lobby, the room, and the questions that open over them."""
