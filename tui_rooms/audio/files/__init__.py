"""Sound files: whatever PyAV reads comes in, .wav and .opus go out. 48 kHz mono."""
