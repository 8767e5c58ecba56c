"""The command line `omni`: what the console does, for a terminal and for scripts."""
