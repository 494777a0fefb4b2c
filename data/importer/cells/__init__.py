"""One cell of an export in, what it says out: a number, an option, or why there is no answer."""
