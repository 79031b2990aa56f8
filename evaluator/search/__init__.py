"""Fuzzy search over options, with filters, and the spans to highlight.

    index = Index(options, facts)        # once for each change of the options
    index.search("coper tag:climate")    # hits, best first

Every word of a query is compared with the vocabulary of the options: the word itself, the
beginning of a word, a word with a few letters wrong, two words written as one and one word
written as two. What a word is worth depends on the fields it stands in and on how rare it is.
"""

from evaluator.search.filters import Facts
from evaluator.search.index import Hit, Index
from evaluator.search.query import Filter, needs_scores, split_query
from evaluator.search.spans import Span
from evaluator.search.words import fold

__all__ = ["Facts", "Filter", "Hit", "Index", "Span", "fold", "needs_scores", "split_query"]
