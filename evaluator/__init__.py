"""evaluator: a decision workbench for the terminal."""

__version__ = "1.0.0"
