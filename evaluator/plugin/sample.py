"""A small brief of our own in which everything occurs that a criterion has to cope with."""

from __future__ import annotations

from evaluator.model import Brief, Option

_LONG = "The council keeps the minutes of every meeting and sends them to whoever asks for them. "


def sample_brief() -> Brief:
    """Five options: a plain one, one about money, an empty, a non-ASCII and a very long one."""
    return Brief("Harbour plan", _OPTIONS)


_OPTIONS = (
    Option(
        "plain",
        "Put lamps along the harbour",
        summary="Lamps make the quay safe after dark.",
        text="Put lamps along the harbour wall so that people can walk home safely after dark.",
        tags=("safety",),
    ),
    Option(
        "money",
        "Finance a night ferry to the island",
        summary="A loan of 12 million for two boats.",
        text="Guarantee a loan of €12,000,000 (about 3% of the budget) for two boats by 2027.",
        tags=("transport", "finance"),
        resources={"money": 12},
    ),
    Option("empty", "Do nothing"),
    Option(
        "non-ascii",
        "Schulbänke für Kinder – 港の学校",
        summary="Ein Schiff, naïve façade, Ελλάδα, ‘quotes’ and 🚢.",
        text="Ausbau der Straße zum Hafen; 学校に船を。 e\u0301tude, Größe 5 m², İstanbul.",
    ),
    Option("very-long", "Keep the minutes", text=_LONG * 1000),
)
