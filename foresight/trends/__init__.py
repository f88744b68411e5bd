"""One analysis at a cut-off: online identity stepped forward, movements found, counted, tested, staged and ranked."""
