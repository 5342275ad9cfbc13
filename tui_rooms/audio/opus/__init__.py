"""Opus, through libopus."""
