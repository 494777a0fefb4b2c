"""Charts and maps as specifications: the only room that knows Altair."""
