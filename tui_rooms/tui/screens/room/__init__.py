"""The room: a screen put together from parts, each about one thing."""
