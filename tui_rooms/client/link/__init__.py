"""The way to the server: finding it, talking with it, coming back to it."""
