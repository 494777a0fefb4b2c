"""Attacks on a release as it lies on disk, by whole numbers and by probability.

Reads files, and does not know how the noise was decided on.
"""
