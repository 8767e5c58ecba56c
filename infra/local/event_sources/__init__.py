"""The event sources: what calls the app's event handlers here, as Lambda's mappings do on AWS."""
