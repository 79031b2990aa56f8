"""Finds and loads what others wrote, names what is broken, and goes on."""
