"""Words, numbers and figures as readers see them; on pages, on paper and in a terminal alike."""
