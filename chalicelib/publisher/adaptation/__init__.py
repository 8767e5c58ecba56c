"""Adapts what a message says to the tone of a channel, by a language model that is not trusted."""
