"""What people can set: a documented schema, read from a TOML file and from the environment."""
