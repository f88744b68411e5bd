"""The order of the stages: collect, enrich, encode, assign stories, analyse, publish."""
