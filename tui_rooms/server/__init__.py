"""The door: HTTP and WebSocket, the registry of rooms, tokens."""
