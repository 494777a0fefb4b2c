"""Cards: a finding, its chart and its table as one value, for page, file, picture and embed.

``registry`` knows every card by name; the subjects below it do not know each other.
"""
