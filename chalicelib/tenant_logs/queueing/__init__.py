"""The queue between intake and storage: records packed into messages, large ones by claim check."""
