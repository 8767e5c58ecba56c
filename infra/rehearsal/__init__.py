"""A deployment rehearsed on the emulator: what runs, what is deployed, and what it has to show."""
