"""The embedded media engine: one UDP port, ICE-lite, DTLS, slots, fan-out. It never decodes."""
