"""From a release to figures: the only door of pages, sheets and terminal."""
