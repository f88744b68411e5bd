"""Feeds over HTTP become raw entries and documents."""
