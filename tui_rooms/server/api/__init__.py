"""The HTTP API: one file for each part, put together in `app`."""
