"""The people of a session as exports may name them."""

from __future__ import annotations

from collections.abc import Collection

from evaluator.model import Session


def codes(session: Session) -> dict[str, str]:
    """What stands for each participant's key: the key, or P1, P2 … in an anonymous session."""
    if not session.anonymous:
        return {key: key for key in session.participants}
    return {key: f"P{number}" for number, key in enumerate(session.participants, 1)}


def names(session: Session) -> dict[str, str]:
    """What stands for each participant's name: the name, or P1, P2 … in an anonymous session."""
    if session.anonymous:
        return codes(session)
    return {key: person.name for key, person in session.participants.items()}


def invited(session: Session, answered: Collection[str]) -> int:
    """How many were asked for a ballot: all but facilitators, and whoever gave one."""
    return len(session.panel(answered))
