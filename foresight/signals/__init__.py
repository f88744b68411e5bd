"""Trends become measured signals with intervals and stages."""
