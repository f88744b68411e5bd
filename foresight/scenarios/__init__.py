"""Asks a language model for a draft, only where the settings name one. Nothing else in foresight talks to a model."""
