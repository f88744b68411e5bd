"""Vectors become themes and lasting trends."""
