"""Bad files, one fault each, and the whole of what is said: file, line, key, fault and cure."""

from pathlib import Path

import pytest

from evaluator.errors import Problem
from evaluator.project import Project

HEAD = 'schema = 1\noptions = "options.toml"\n'
OWN = '[criteria.x]\nquestion = "How?"\nbetter = "higher"\n'  # lines 3 to 5
CUE = "[criteria.cost.suggest.cues.a]\n"
POINTS = "is not a list of points [score, value]. Write: curve = [[0, 0], [100, 60], [500, 100]]"
LABELS = 'is not a list of labels. Write: levels = ["Few", "Some", "Many"]'
SCALE = "is not two numbers, low and high. Write: scale = [0, 500]"
SCORE_KEY = 'is no score. The key is the score: 3, "2.5" or "-1"'
PUT_INSIDE = "Name a file inside the project, relative to criteria.toml"
ID_40 = "For an id use a–z, 0–9 and -, not first or last, at most 40 characters"
ID_64 = ID_40.replace("40", "64")


def told(problems: list[Problem]) -> list[str]:
    """What is said, warnings marked; that a file was edited by hand goes without saying here."""
    return [
        str(problem) if problem.level == "error" else f"({problem})"
        for problem in problems
        if problem.what != "was edited outside evaluator"
    ]


CRITERIA = [
    # a scale in words
    (OWN + 'levels = ["a"]', "6: x.levels: 1 given; 2 to 11 levels make a scale."),
    (OWN + f"levels = {['a'] * 12}", "6: x.levels: 12 given; 2 to 11 levels make a scale."),
    (OWN + 'levels = ["a", " "]', "6: x.levels: level 2 has no label."),
    (OWN + 'levels = "a, b"', f"6: x.levels {LABELS}"),
    (OWN + 'levels = ["a", 2]', f"6: x.levels {LABELS}"),
    (
        OWN + 'levels = {2 = {label = "b"}, one = {label = "a"}, 3 = {label = "c"}}',
        f"6: x.levels.one: 'one' {SCORE_KEY}",
    ),
    (
        OWN + 'levels = {2 = {label = "b"}, NaN = {label = "a"}, 3 = {label = "c"}}',
        f"6: x.levels.NaN: 'NaN' {SCORE_KEY}",
    ),
    (
        OWN + 'levels = {1 = {label = "a"}, 2 = "b"}',
        "6: x.levels.2 is 'b', not a table. Give it a label",
    ),
    (
        OWN + 'levels = {1 = {describe = "a"}, 2 = {label = "b"}}',
        '6: x.levels.1.label is missing. Write: label = "…"',
    ),
    (
        OWN + 'levels = ["a", "seventeen letters"]',
        "(6: x.levels: label 'seventeen letters' is longer than 16 cells.)",
    ),
    # a measured scale and its curve
    (
        OWN,
        (
            "3: x: no plugin knows the criterion 'x'. "
            "To declare a criterion of your own, give it a question, better and levels"
        ),
    ),
    (
        OWN + 'levels = ["a", "b"]\nscale = [0, 1]',
        "6: x.levels: give either levels or a scale, and not both.",
    ),
    (OWN + "scale = [5, 5]", "6: x.scale: 5 to 5 does not rise; put the lower first."),
    (OWN + "scale = [5]", f"6: x.scale {SCALE}"),
    (OWN + "scale = [0, true]", f"6: x.scale {SCALE}"),
    (OWN + 'scale = "0-5"', f"6: x.scale {SCALE}"),
    (OWN + "scale = [0, 5]\ncurve = 3", f"7: x.curve {POINTS}"),
    (OWN + "scale = [0, 5]\ncurve = [0, 100]", f"7: x.curve {POINTS}"),
    (
        OWN + "scale = [0, 5]\ncurve = [[0, 0]]",
        "7: x.curve: must be two or more points [score, value].",
    ),
    (
        OWN + "scale = [0, 5]\ncurve = [[0, 0], [0, 50], [5, 100]]",
        "7: x.curve: the scores must rise from point to point.",
    ),
    (
        OWN + "scale = [0, 5]\ncurve = [[0, 0], [4, 100]]",
        "7: x.curve: must run over the whole scale, 0 to 5.",
    ),
    (
        OWN + 'levels = ["a", "b", "c"]\ncurve = [[0, 0], [3, 100]]',
        "7: x.curve: must run over the whole scale, 1 to 3.",
    ),
    (
        OWN + "scale = [0, 5]\ncurve = [[0, 100], [5, 0]]",
        "7: x.curve: must run from value 0 to 100.",
    ),
    (
        OWN.replace("higher", "lower") + "scale = [0, 5]\ncurve = [[0, 0], [5, 100]]",
        "7: x.curve: must run from value 100 to 0.",
    ),
    (
        OWN + "scale = [0, 5]\ncurve = [[0, 0], [2, 80], [3, 70], [5, 100]]",
        "7: x.curve: the values must be monotone in the criterion's direction.",
    ),
    # what a criterion says of itself
    (
        OWN.replace("higher", "up") + 'levels = ["a", "b"]',
        "5: x.better is 'up'. Write one of: higher, lower",
    ),
    (
        OWN.replace('better = "higher"\n', "") + 'levels = ["a", "b"]',
        '3: x.better is missing. Write better = "higher" or better = "lower"',
    ),
    (
        OWN.replace("How?", "Tell me") + "scale = [0, 1]",
        '4: x.question: must end with "?" and say what is meant.',
    ),
    (OWN + 'scale = [0, 1]\ntitle = " "', "7: x.title: is blank."),
    (OWN + "scale = [0, 1]\ntitle = [1]", "7: x.title is a list, not text. Put it in quotes"),
    (
        OWN + f'scale = [0, 1]\ntitle = "{"x" * 31}"',
        "(7: x.title: has 31 characters; 30 are the most.)",
    ),
    (OWN + 'scale = [0, 1]\nshort = "日本語文"', "(7: x.short: takes 8 cells; 6 are the most.)"),
    (
        OWN + 'scale = [0, 1]\ntitle = "a\\u202eb"',
        "(7: x.title holds a line break or control character. It is shown safely; take it out)",
    ),
    ("[criteria.option]", f"3: option: 'option' is reserved. {ID_40}"),
    ('[criteria."Not an id"]', f"3: \"Not an id\": 'Not an id' is no id. {ID_40}"),
    (f"[criteria.{'x' * 41}]", f"3: {'x' * 41}: '{'x' * 41}' is no id. {ID_40}"),
    (
        "[criteria.cost]\nweight = true",
        "4: cost.weight is true, not a number. Put a number from 0 up",
    ),
    ("[criteria.cost]\nweight = -1", "4: cost.weight is -1. Put a number from 0 up"),
    # word lists
    (
        "[criteria.cost.suggest.cues]\na = 3",
        ("4: cost.suggest.cues.a is 3, not a table. Give it words and a score"),
    ),
    (CUE + "score = 3", '3: cost.suggest.cues.a.words is missing. Write: words = ["…", "…"]'),
    (CUE + 'words = ["x"]', "3: cost.suggest.cues.a.score is missing. Write: score = 3"),
    (
        CUE + 'words = "x"\nscore = 3',
        ('4: cost.suggest.cues.a.words is \'x\', not a list of texts. Write: words = ["…", "…"]'),
    ),
    (
        CUE + 'words = ["x", 3]\nscore = 3',
        ('4: cost.suggest.cues.a.words holds something that is no text. Write: words = ["…", "…"]'),
    ),
    (
        CUE + 'words = ["x"]\nscore = 3\nshift = 1',
        ("6: cost.suggest.cues.a.shift is 1. Write true or false"),
    ),
]


@pytest.mark.parametrize(("text", "says"), CRITERIA, ids=[says for _, says in CRITERIA])
def test_a_bad_criterion(root: Path, text: str, says: str) -> None:
    (root / "criteria.toml").write_text(f"{HEAD}{text}\n", encoding="utf-8")
    bracket = "(" if says.startswith("(") else ""
    line, said = says.removeprefix("(").split(": ", 1)
    expected = f"{bracket}criteria.toml:{line}: criteria.{said}"
    assert told(Project.check(root, plugins=False)) == [expected]


PROJECTS = [
    ('options = "options.toml"', "criteria.toml: has no schema. Begin it with: schema = 1"),
    (
        'schema = 2\noptions = "options.toml"',
        (
            "criteria.toml:1: schema 2 is newer than this evaluator, which knows 1. "
            "Install a newer evaluator to open it"
        ),
    ),
    ('schema = "1"\noptions = "options.toml"', "criteria.toml:1: schema is '1'. Write: schema = 1"),
    (
        'schema = true\noptions = "options.toml"',
        ("criteria.toml:1: schema is true. Write: schema = 1"),
    ),
    ("schema = 1", 'criteria.toml: options is missing. Write: options = "…"'),
    ('schema = 1\noptions = " "', "criteria.toml:2: options is blank. Write a few words"),
    (
        'schema = 1\noptions = "/etc/passwd"',
        f"criteria.toml:2: options = '/etc/passwd': it is an absolute path. {PUT_INSIDE}",
    ),
    (
        'schema = 1\noptions = "https://example.org/o.toml"',
        (
            "criteria.toml:2: options = 'https://example.org/o.toml': it is a web address, and "
            f"evaluator works offline. {PUT_INSIDE}"
        ),
    ),
    (
        'schema = 1\noptions = "../outside.toml"',
        f"criteria.toml:2: options = '../outside.toml': it lies outside the project. {PUT_INSIDE}",
    ),
    (
        'schema = 1\noptions = "nosuch.toml"',
        "nosuch.toml: is not there. Put it there, or mend the name",
    ),
    (
        'schema = 1\noptions = "plugins"',
        "plugins: is no ordinary file. Name a file, not a folder or device",
    ),
    (
        f'schema = 1\noptions = "{"x" * 300}"',
        f"{'x' * 300}: can't be opened: file name too long.",
    ),
    (HEAD + "criteria = 3", "criteria.toml:3: criteria is 3, not a table. Write: [criteria]"),
    (
        HEAD + '[[criteria]]\nid = "cost"',
        (
            "criteria.toml:3: criteria is a list of tables, not a table. "
            "Write one table each: [criteria.ID]"
        ),
    ),
    (
        HEAD + "[methods]\ntopsis = 3",
        ("criteria.toml:4: methods.topsis is 3, not a table. Write: [methods.topsis]"),
    ),
    (
        HEAD + '[portfolio]\nbudget = {money = "much"}',
        "criteria.toml:4: portfolio.budget.money is 'much', not a number. Put a number from 0 up",
    ),
    (
        HEAD + '[portfolio]\nmust-not = ["zebra"]',
        "criteria.toml:4: portfolio.must-not: no option 'zebra'.",
    ),
    (
        HEAD + f'title = "{"x" * 1001}"',
        (
            "criteria.toml:3: title is too large for one line: 1,000 characters are the most. "
            "Shorten it"
        ),
    ),
    (
        HEAD + "schema = 2",
        (
            "criteria.toml:3: is no good TOML: cannot overwrite a value. "
            "Mend that line; the TOML rules are at toml.io"
        ),
    ),
]


@pytest.mark.parametrize(("text", "says"), PROJECTS, ids=[says[:60] for _, says in PROJECTS])
def test_a_bad_project(root: Path, text: str, says: str) -> None:
    (root / "plugins").mkdir()
    (root.parent / "outside.toml").write_text("schema = 1\n")
    (root / "criteria.toml").write_text(f"{text}\n", encoding="utf-8")
    assert told(Project.check(root, plugins=False)) == [says]


def test_a_file_name_with_a_nul_is_never_opened(root: Path) -> None:
    (root / "criteria.toml").write_text('schema = 1\noptions = "a\\u0000b"\n')
    said = told(Project.check(root, plugins=False))
    assert said[-1] == (
        rf"criteria.toml:2: options = 'a\x00b': it holds a NUL character. {PUT_INSIDE}"
    )


A, B = '[options.a]\ntitle = "A"\n', '[options.b]\ntitle = "B"\n'  # lines 2, 3 and 4, 5
RISING = "Write two rising line numbers from 1 up, as in [94, 96]"
OPTIONS = [
    ("[options]\na = 3", '3: a is 3, not a table. Give it a "title"'),
    ("[options.a]", '2: a.title is missing. Write: title = "…"'),
    ('[options.a]\ntitle = " "', "3: a.title is blank. Write a few words"),
    (
        f'[options.a]\ntitle = "{"x" * 121}"',
        "(3: a.title has 121 characters. A title of up to 120 reads well in a list)",
    ),
    ('[options.option]\ntitle = "A"', f"2: option: 'option' is reserved. {ID_64}"),
    ('[options.A_b]\ntitle = "A"', f"2: A_b: 'A_b' is no id. {ID_64}"),
    (A + "lines = [3, 1]", f"4: a.lines is [3, 1]. {RISING}"),
    (A + "lines = [0, 1]", f"4: a.lines is [0, 1]. {RISING}"),
    (A + "lines = [1]", f"4: a.lines is [1]. {RISING}"),
    (A + "lines = 5", f"4: a.lines is 5. {RISING}"),
    (A + "item = 0", "4: a.item is 0. Put a whole number from 1 up"),
    (A + "item = true", "4: a.item is true. Put a whole number from 1 up"),
    (A + 'item = "3"', "4: a.item is '3'. Put a whole number from 1 up"),
    (A + 'reference = "yes"', "4: a.reference is 'yes'. Write true or false"),
    (A + 'status = "foward"', "4: a.status is 'foward'. Did you mean 'forward'?"),
    (A + "status = 3", "4: a.status is 3. Write one of: open, forward, preferred, discounted"),
    (A + "resources = 3", "4: a.resources is 3, not a table. Write: [options.a.resources]"),
    (A + 'resources.money = "5"', "4: a.resources.money is '5', not a number. Put a number"),
    (A + "text = {}", "4: a.text is a table, not text. Put it in quotes"),
    (A + 'requires = ["a"]', "4: a.requires names the option itself. Take it out"),
    (A + B + 'requires = ["aa"]', "6: b.requires: no option 'aa'. Did you mean 'a'?"),
    (A + 'excludes = ["zebra"]', "4: a.excludes: no option 'zebra'. Name an option of this file"),
    (
        A + B + 'requires = ["a"]\nexcludes = ["a"]',
        "7: b.excludes: 'a' is both required and excluded. Take it out of one of them",
    ),
    (
        A + 'excludes = ["b"]\n' + B + 'requires = ["a"]',
        (
            "(7: b.requires: 'a' excludes this option, so it can't be chosen. "
            "Take one of the two out)"
        ),
    ),
    (
        A + "reference = true\n" + B + "reference = true",
        (
            "7: b.reference: is a second reference option beside 'a'. "
            "Only one option can be the one to compare with; take one out"
        ),
    ),
]


@pytest.mark.parametrize(("text", "says"), OPTIONS, ids=[says for _, says in OPTIONS])
def test_a_bad_option(root: Path, text: str, says: str) -> None:
    (root / "options.toml").write_text(f"schema = 1\n{text}\n", encoding="utf-8")
    bracket = "(" if says.startswith("(") else ""
    line, said = says.removeprefix("(").split(": ", 1)
    expected = f"{bracket}options.toml:{line}: options.{said}"
    assert told(Project.check(root, plugins=False)) == [expected]


def test_a_date_of_publication_may_be_a_date(root: Path) -> None:
    (root / "options.toml").write_text("schema = 1\npublished = 2024-03-01\n")
    assert Project.check(root, plugins=False) == []
    assert Project.open(root).options.published == "2024-03-01"
    (root / "options.toml").write_text("schema = 1\npublished = 3\n")
    assert told(Project.check(root)) == [
        "options.toml:2: published is 3, not text. Put it in quotes"
    ]


BALLOT = 'schema = 1\nkind = "ballot"\nparticipant = "amina"\nround = 1\n'
REACH = "Did you mean 'reach'? It is kept, and not counted"
KEPT = "It is kept, and not counted"
NUMBER = 'Put a number from 1 to 5, "abstain", or remove the line'
ENDS = "Put two numbers, the lower first: [2, 4]"
TIME = "Write a date with its time: updated = 2026-11-23T14:31:09Z"
BALLOTS = [
    ("[scores.lamps]\nreach = 9", f"6: scores.lamps.reach = 9 is outside 1 to 5. {NUMBER}"),
    ("[scores.lamps]\nreach = true", f"6: scores.lamps.reach = true is no score. {NUMBER}"),
    ('[scores.lamps]\nreach = "four"', f"6: scores.lamps.reach = 'four' is no score. {NUMBER}"),
    (
        "[scores.lamps]\nraech = 3",
        f"(6: scores.lamps.raech: the session has no criterion 'raech'. {REACH})",
    ),
    (
        '[scores.lamps]\nraech = "x"',
        "6: scores.lamps.raech = 'x' is no score. Put a number or \"abstain\"",
    ),
    (
        "[scores.lmaps]\nreach = 3",
        f"(5: scores.lmaps: the session has no option 'lmaps'. Did you mean 'lamps'? {KEPT})",
    ),
    ("[scores]\nlamps = 3", "6: scores.lamps is 3, not a table. Write: [scores.lamps]"),
    ("[notes.lamps]\nreach = 3", "6: notes.lamps.reach is 3, not text. Quote it"),
    (
        '[notes.lamps]\noption = "fine"\nzebra = "y"',
        "(7: notes.lamps.zebra: the session has no criterion 'zebra'. It is not counted)",
    ),
    (
        '[accepted.lamps]\noption = "y"',
        "(6: accepted.lamps.option: the session has no criterion 'option'. It is not counted)",
    ),
    (
        "[confidence.lamps]\nreach = 1.5",
        "6: confidence.lamps.reach = 1.5 is no confidence. Put a number from 0 to 1",
    ),
    (
        "[confidence.lamps]\nreach = true",
        "6: confidence.lamps.reach = true is no confidence. Put a number from 0 to 1",
    ),
    ("[ranges.lamps]\nreach = 3", f"6: ranges.lamps.reach = 3 is no range. {ENDS}"),
    ("[ranges.lamps]\nreach = [4, 2]", f"6: ranges.lamps.reach runs from 4 down to 2. {ENDS}"),
    ("[ranges.lamps]\nreach = [2, 6]", f"6: ranges.lamps.reach is outside 1 to 5. {ENDS}"),
    ("[ranges.lamps]\nreach = [0, 2]", f"6: ranges.lamps.reach is outside 1 to 5. {ENDS}"),
    (
        "[weights]\nreach = 0\nburden = 0",
        "5: weights are all 0. Give one criterion a weight above 0",
    ),
    ("[weights]\nreach = -1", "6: weights.reach is -1. Put a number from 0 up"),
    (
        "[weights]\nreech = 1",
        f"(6: weights.reech: the session has no criterion 'reech'. {REACH})",
    ),
    ("[recused]\nlamps = 3", "6: recused.lamps is 3, not text. Put it in quotes"),
    (
        '[dissent]\nlmaps = "x"',
        f"(6: dissent.lmaps: the session has no option 'lmaps'. Did you mean 'lamps'? {KEPT})",
    ),
    ('updated = "today"', f"5: updated is 'today', not a time. {TIME}"),
    ("updated = 2026-01-01", f"5: updated is 2026-01-01, not a time. {TIME}"),
    (
        "updated = 0001-01-01T00:00:00+02:00",
        f"5: updated is no time that can be reckoned with. {TIME}",
    ),
]


@pytest.fixture
def ballot(project: Project) -> Path:
    """Where amina's ballot of the session `first` would lie."""
    project.begin("First", participants=["Amina"]).save()
    path = project.root / "sessions/first/ballots/round-1/amina.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.parametrize(("text", "says"), BALLOTS, ids=[says for _, says in BALLOTS])
def test_a_bad_ballot(root: Path, ballot: Path, text: str, says: str) -> None:
    ballot.write_text(f'{BALLOT}{text}\n[end]\ndigest = ""\n', encoding="utf-8")
    bracket = "(" if says.startswith("(") else ""
    expected = f"{bracket}sessions/first/ballots/round-1/amina.toml:{says.removeprefix('(')}"
    assert told(Project.check(root, plugins=False)) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '"amina"',
            '"bilal"',
            (
                "3: participant is 'bilal', but its place says 'amina'. "
                "Rename the file or folder, or write: participant = 'amina'"
            ),
        ),
        (
            "round = 1",
            "round = true",
            (
                "4: round is true, but its place says 1. "
                "Rename the file or folder, or write: round = 1"
            ),
        ),
        ("round = 1\n", "", " round is missing. Write: round = 1"),
        (
            "[end]",
            "[ending]",
            (
                " is cut short: it does not end with the table [end] and its digest. "
                'Put back a whole copy; if it is whole, end it with [end] and digest = ""'
            ),
        ),
        (
            '[end]\ndigest = ""',
            "end = 3",
            (
                "5: is cut short: it does not end with the table [end] and its digest. "
                'Put back a whole copy; if it is whole, end it with [end] and digest = ""'
            ),
        ),
    ],
)
def test_a_ballot_that_is_not_what_its_place_says(
    root: Path, ballot: Path, old: str, new: str, says: str
) -> None:
    ballot.write_text(f'{BALLOT}[end]\ndigest = ""\n'.replace(old, new))
    said = told(Project.check(root, plugins=False))
    assert said == [f"sessions/first/ballots/round-1/amina.toml:{says}"]


def test_a_time_without_a_zone_is_utc(root: Path, ballot: Path) -> None:
    ballot.write_text(f'{BALLOT}updated = 2026-01-02T03:04:05\n[end]\ndigest = ""\n')
    updated = Project.open(root).workshop("first").ballot("amina").updated
    assert str(updated) == "2026-01-02 03:04:05+00:00"


def test_long_and_odd_values_are_shown_short(root: Path) -> None:
    long, many = "x" * 200, "9" * 5000
    (root / "criteria.toml").write_text(f'{HEAD}[suggestions]\nshow = "{long}"\n')
    assert told(Project.check(root)) == [
        f"criteria.toml:4: suggestions.show is '{'x' * 58}…. Write one of: after, always, never"
    ]
    (root / "criteria.toml").write_text(f"{HEAD}title = {many}\n")
    assert told(Project.check(root)) == [
        (
            "criteria.toml:3: is no good TOML: an integer of too many digits. "
            "Mend that line; the TOML rules are at toml.io"
        )
    ]
