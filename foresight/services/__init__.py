"""What one can do with foresight, one object per page."""
