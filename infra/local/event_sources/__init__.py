"""The event sources: they invoke the app's event handlers as Lambda's mappings do on AWS."""
