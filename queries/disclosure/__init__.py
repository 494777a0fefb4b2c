"""Disclosure control: the noise of every figure, and what is taken out of open answers."""
