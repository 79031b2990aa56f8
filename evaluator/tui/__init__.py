"""The terminal app: shows a workshop, and passes a person's intentions on to it."""
