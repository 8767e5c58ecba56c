"""How fast the product is, as ratios from one run: `make bench`."""
