"""Search: pages, tail and export of one tenant's stored records."""
