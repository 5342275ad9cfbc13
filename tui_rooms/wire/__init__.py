"""What goes over the WebSocket and the HTTP API, checked by pydantic."""
