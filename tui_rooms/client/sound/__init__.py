"""A client's sound: out to the room, in from it, and how loud whom."""
