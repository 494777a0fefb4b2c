"""Words, numbers and explanations in the language of the reader.

Knows the codebook and nothing else of the project.
"""
