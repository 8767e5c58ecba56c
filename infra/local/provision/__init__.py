"""Creates the declared resources, the user pool and the API key on the emulator."""
