"""The demonstration world: invented news with planted truths, served as feeds."""
