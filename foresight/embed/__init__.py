"""Texts become vectors, one space for all languages."""
