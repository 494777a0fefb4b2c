"""What answers are held against before they are taken in: each other, the codebook, the vault."""
