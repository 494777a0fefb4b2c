"""Estimates, margins and tests as pure functions of sums and samples."""
