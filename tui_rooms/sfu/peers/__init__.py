"""Peers of the engine: how they are told apart, and how they connect."""
