"""Trends and scenarios become documents to hand out."""
