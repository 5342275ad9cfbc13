"""Sound: 48 kHz mono in frames of 20 ms; codec, jitter buffer, levels, mixer, devices."""
