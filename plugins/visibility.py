"""Public visibility: would anybody outside the ministries notice?"""

from evaluator.api import Criterion, Suggestion, find, hookimpl, likert

CUES = "people public* citizen* voter* election* communit* famil* livelihood* job* school* refugee*"


def suggest(option):
    """One level more for each kind of people, or thing they live by, that the text names."""
    if found := find(option, *CUES.split()):
        score = min(5, 1 + len({evidence.note for evidence in found}))
        return Suggestion(score, 0.3, "Names people or what they live by", found)
    return None


@hookimpl
def evaluator_criteria():
    """One criterion in five levels."""
    yield Criterion(
        id="visibility",
        title="Public visibility",
        question="Would ordinary people notice it within a year?",
        better="higher",
        levels=likert("Hidden", "Specialists", "The news", "Most people", "Everyone"),
        suggest=suggest,
    )
