"""Storms and kills of the publisher on the whole local system: nothing twice, nothing lost."""
