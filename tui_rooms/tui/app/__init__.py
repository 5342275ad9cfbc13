"""The app's steps, from the lobby to the end."""
