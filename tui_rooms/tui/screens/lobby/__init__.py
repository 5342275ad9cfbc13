"""The lobby: a screen put together from parts, each about one thing."""
