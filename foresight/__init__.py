"""Trend foresight and scenario planning: from feeds to briefs. Importing this does nothing."""
