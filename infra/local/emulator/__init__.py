"""The embedded AWS emulator, as a process of the local system."""
