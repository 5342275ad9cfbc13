"""The public Python API: one object for signalling, media and devices."""
