"""Bringing a survey export into the vault: read it, recognise it, check it, take it in.

Everything is checked before anything is changed; all problems are reported at once.
"""
