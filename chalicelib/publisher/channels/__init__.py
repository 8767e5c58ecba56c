"""The adapters of the channels, one file a channel, behind the protocol in `base`."""
