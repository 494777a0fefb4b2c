"""The fictitious sample, and a year to practise with."""
