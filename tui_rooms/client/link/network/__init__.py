"""The network between: opening a WebSocket or asking by HTTP, proxies, TLS, and why it failed."""
