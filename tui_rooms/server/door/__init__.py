"""Who comes in: sockets, origins, limits."""
