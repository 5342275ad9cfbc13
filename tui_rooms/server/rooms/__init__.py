"""The rooms of one server: open, kept, read, carried on."""
