"""What was answered: opening the vault, its strata and weights, and what it released before."""
