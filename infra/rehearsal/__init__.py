"""Rehearses a deployment on the emulator and verifies the deployed system."""
