"""Webhooks: tells other programs, by signed HTTP requests, what happens in rooms."""
