"""Cards of one question of the survey."""
