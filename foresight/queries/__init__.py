"""What app, commands and briefs ask of a published generation, and what people decide about its trends."""
