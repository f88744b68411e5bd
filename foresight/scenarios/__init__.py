"""Trends become factors, judgements and consistent scenarios."""
