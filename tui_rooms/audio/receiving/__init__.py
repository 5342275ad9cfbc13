"""One incoming voice, from its packets to frames, whatever the network does."""
