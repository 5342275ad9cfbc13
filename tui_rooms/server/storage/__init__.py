"""What the server remembers: the log of every room, and an index of rooms to search."""
