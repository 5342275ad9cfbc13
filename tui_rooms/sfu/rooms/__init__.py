"""Rooms of the engine: slots, who is in them, and the way to everyone."""
