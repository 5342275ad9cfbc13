"""Parts of WebRTC that the engine and the client share."""
