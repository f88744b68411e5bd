"""What one can do, one object per page. `desks.desks` builds them; `wiring.build` gives them a world."""
