"""Fakes and builders for tests, ours and yours: the whole outside world, in memory, the same every time."""
