"""Pure functions on values, weights and ballots: no files and no screens."""
