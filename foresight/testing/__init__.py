"""For tests: fakes of the outside world, the real store in a temporary folder, builders of records."""
