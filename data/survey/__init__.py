"""What the survey is: questions, groups, policy and agenda, as their files say it."""
