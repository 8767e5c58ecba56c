"""Kills of the local system's parts under load, and what became of everything that was accepted."""
