"""Cards of a region, of all regions, and of one municipality."""
