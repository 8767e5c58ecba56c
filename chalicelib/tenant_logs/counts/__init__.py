"""How many records happened in which minute: counted while they are stored, read by histograms."""
