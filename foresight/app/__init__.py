"""Pages: ask a desk, draw, hand back what was clicked. Every word comes from `foresight.text`."""
