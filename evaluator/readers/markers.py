"""List markers at the start of a line: bullets, numbers, letters, labels, ordinal words."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

import msgspec

from evaluator.readers import words


class Marker(msgspec.Struct, frozen=True):
    """What stands before a point of a list.

    Attributes:
        key: same for all points of one list: the bullet, or the number's shape with 1 for the
            number ("(1)", "a.", "4.1"), or "label:" and the word.
        value: the number, from 1; 0 for a bullet.
        depth: of a number with parts: how many ("4.2" has 2).
    """

    key: str
    value: int = 0
    depth: int = 1

    @property
    def bullet(self) -> bool:
        """Whether it is the same for every point."""
        return self.value == 0

    @property
    def label(self) -> bool:
        """Whether it is a word with a number, such as "Recommendation 3"."""
        return self.key.startswith("label:")


_BULLET: Final = re.compile(
    r"([•◦▪▫■□●○◆◇►▶▸▹➢➤➔➜→⇒✓✔✗✘★☆❖‣⁃∙·☐☑☒❑❒◻▢✅➡👉🔹🔸‐‑–—―−*+>\-]\ufe0f?"
    r"|[\uf000-\uf0ff]|[oüØ»›](?=\s)|§(?=\s[^\d\s])|#[.)](?=\s))(?:\s*)"
)
_TIGHT: Final = frozenset("•◦▪▫■□●○◆◇►▶▸▹➢➤➔➜✓✔✗✘★☆❖‣⁃∙☐☑☒❑❒◻▢✅➡👉🔹🔸")
_TASK: Final = re.compile(r"\[[ xX]\]\s+")
_NUMBER: Final = re.compile(
    r"(?P<open>[(\[]?)(?:(?P<dots>(?:\d{1,2}\.){1,3}\d{1,2}\.?)|(?P<zero>0\d)(?=[\s.:)])"
    r"|(?P<n>\d{1,3}|\d{4,5}(?=[.)])))"
    r"(?P<close>[.)\]:°º/．）]{1,2}|\.?-|\s?[–—](?=\s)|\s-(?=\s)|(?=\s)|、|$)(?P<space>\s*)"
)
_LETTER: Final = re.compile(
    r"(?P<open>\(?)(?P<x>[ivxIVX]{1,5}|[a-zA-Z])(?P<close>[.)])(?P<space>\s+)"
)
_CIRCLES: Final = (0x278A, 0x2780, 0x2776, 0x2460)  # where each kind of circled number begins
_CIRCLED: Final = re.compile(r"([①-⑳➀-➉➊-➓❶-❿])\s*")
_NUMBER_WORDS: Final = {
    word: value
    for value, names in enumerate(words.listed("labels", "numbers"), 1)
    for word in names.split()
}
_LABEL: Final = re.compile(
    rf"(?P<word>(?P<strong>{words.any_of('labels', 'strong')})|{words.any_of('labels', 'weak')})"
    r"(?![^\W\d_])\.?\s*(?:n(?:°|º|o\.|r\.?|úm\.?|um\.?|umber)|no\.?|№|#)?\s*"
    rf"(?P<value>\d{{1,3}}(?:\.\d{{1,2}})?|[A-Z]|[IVX]{{1,5}}|(?:{'|'.join(_NUMBER_WORDS)}))(?!\w)"
    r"(?:\s*\([^()]{2,120}\)(?=\s*[:–—-]))?"
    r"(?P<close>\s*[:.)–—|]+(?:\s*[–—-](?=\s))?(?:\s+|$)|\s+[-–—]+\s+|\s*-\s+|\s*$)",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"(?P<word>R|REC|Rec|P|A|M|EMP|F|S)[.\-–]?\s?(?P<value>\d{1,2})"
    r"(?P<close>\s*[.:)–—]\s*|\s+[-–—]\s+|\s+)(?=\S)"
)
_CJK: Final = re.compile(r"[(（]?([一二三四五六七八九十]{1,3})[)）]?[、.．]\s*")
_CJK_DIGITS: Final = "一二三四五六七八九十"
_ORDINALS: Final = tuple(
    re.compile(rf"(?:{names})(?!\w),?\s", re.IGNORECASE)
    for names in words.listed("labels", "ordinals")
)
_FINALLY: Final = re.compile(rf"(?:{words.any_of('labels', 'last')})\b,?\s", re.IGNORECASE)
_GLUED: Final = "-A"  # the key of a dash with no space after it
LAST: Final = 1_000_000  # the value of "Finally, …"
Found = tuple[tuple[Marker, ...], int]


def find(text: str, *, indent: int = 0) -> Found:
    """The markers that a line may begin with, likeliest first, and where its own text starts.

    More than one where the shape is open to doubt: "i." is a roman number or a letter.
    """
    bullet = _bullet(text, indent)
    if bullet is not None:
        marker, start = bullet
        inner, end = label(text[start:])
        return ((inner,), start + end) if inner is not None else ((marker,), start)
    named, end = label(text)
    if named is not None:
        return (named,), end
    for look in (_number, _letter, _circled, _cjk, _ordinal):
        markers, end = look(text)
        if markers:
            return markers, end
    return (), 0


def _bullet(text: str, indent: int) -> tuple[Marker, int] | None:
    found = _BULLET.match(text)
    if found is None:
        return None
    sign, end = found[1], found.end()
    if end >= len(text) or end == found.end(1):
        return _unspaced(sign, text, end)
    if sign in "oü" and indent < 2 and "\t" not in text[1:end]:
        return None
    task = _TASK.match(text, end)
    return Marker(sign), task.end() if task else end


def _unspaced(sign: str, text: str, end: int) -> tuple[Marker, int] | None:
    """A bullet at the end of its line, or with no space before the text."""
    if sign in _TIGHT or "\uf000" <= sign <= "\uf0ff":
        return Marker(sign), end
    glued = sign in "-–—" and text[end : end + 1].isupper()
    return (Marker(_GLUED), end) if glued else None


def label(text: str) -> tuple[Marker | None, int]:
    """A label such as "Recommendation 3:", and where the text after it starts."""
    if not text[:1].isalpha():
        return None, 0
    found = _LABEL.match(text)
    if found is not None:
        name = re.sub(r"\W+", " ", found["word"].lower()).strip()
        key = ("label:" if found["strong"] else "label:~") + re.sub(r"s$", "", name)
        value, depth = _value_of(found["value"])
        if value and (depth == 1 or "." in found["value"]):
            prefix = found["value"].rpartition(".")[0]
            return Marker(key + prefix, value, depth), found.end()
    code = _CODE.match(text)
    if code is not None and (code["close"].strip() or text[code.end()].isupper()):
        strong = code["word"] in ("R", "REC", "Rec", "EMP")
        return Marker(
            f"label:{'' if strong else '~'}{code['word']}", int(code["value"])
        ), code.end()
    return None, 0


def _value_of(text: str) -> tuple[int, int]:
    if text[0].isdigit():
        parts = text.split(".")
        return int(parts[-1]), len(parts)
    if text.lower() in _NUMBER_WORDS:
        return _NUMBER_WORDS[text.lower()], 1
    roman = roman_value(text.lower()) if text.isupper() else 0
    if roman and (len(text) > 1 or text in "IVX"):
        return roman, 1
    return (ord(text) - 64, 1) if len(text) == 1 and text.isupper() else (0, 1)


def _number(text: str) -> Found:
    found = _NUMBER.match(text)
    if found is None or not _is_whole(found, text):
        return (), 0
    shape = found["open"] + "{}" + found["close"].strip()
    end = found.end()
    if found["dots"]:
        parts = found["dots"].rstrip(".").split(".")
        key = shape.format(".".join([*parts[:-1], "1"]))
        return (Marker(key, int(parts[-1]), len(parts)),), end
    if found["zero"]:
        return (Marker("01", int(found["zero"])),), end
    bare = not found["close"].strip() and not text[end : end + 1].isupper()
    value = int(found["n"])
    return ((Marker(shape.format(1), value),), end) if value and not bare else ((), 0)


def _is_whole(found: re.Match[str], text: str) -> bool:
    """Whether what looks like a number of a list is not the start of a longer one."""
    close = found["close"].strip()
    if found["open"]:
        closed = close.endswith(")" if found["open"] == "(" else "]")
        return closed and (bool(found["space"]) or found.end() == len(text))
    free = close.startswith(("、", "°", "º", "．", "）"))
    return free or bool(found["space"]) or found.end() == len(text)


def _letter(text: str) -> Found:
    found = _LETTER.match(text)
    if found is None or (found["open"] and found["close"] != ")"):
        return (), 0
    letters = found["x"]
    around = found["open"] + "{}" + found["close"]
    markers: list[Marker] = []
    upper = letters.isupper()
    roman = roman_value(letters.lower()) if letters.lower() == letters or upper else 0
    if roman:
        markers.append(Marker(around.format("I" if upper else "i"), roman))
    if len(letters) == 1:
        markers.append(Marker(around.format("A" if upper else "a"), ord(letters.lower()) - 96))
    return tuple(markers), found.end()


def roman_value(text: str) -> int:
    """The value of a small roman number up to 39; 0 where it is none."""
    if re.fullmatch(r"x{0,3}(?:ix|iv|v?i{0,3})", text) is None:
        return 0
    digits = [{"i": 1, "v": 5, "x": 10}[char] for char in text]
    return sum(-d if d < max(digits[at:]) else d for at, d in enumerate(digits))


def _circled(text: str) -> Found:
    found = _CIRCLED.match(text)
    if found is None:
        return (), 0
    code = ord(found[1])
    first = next(start for start in _CIRCLES if start <= code)
    return (Marker("①", code - first + 1),), found.end()


def _cjk(text: str) -> Found:
    found = _CJK.match(text)
    if found is None:
        return (), 0
    signs = found[1]
    tens, _, ones = signs.rpartition("十")
    if "十" not in signs:
        value = _CJK_DIGITS.index(signs[0]) + 1
    else:
        value = 10 * (_CJK_DIGITS.index(tens[0]) + 1 if tens else 1) + (
            _CJK_DIGITS.index(ones[0]) + 1 if ones else 0
        )
    return (Marker("一、", value),), found.end()


def _ordinal(text: str) -> Found:
    """An ordinal word opens the sentence and is part of it: the text starts with it."""
    if not text[:1].isupper():
        return (), 0
    for value, names in enumerate(_ORDINALS, 1):
        if names.match(text):
            return (Marker("first", value),), 0
    return ((Marker("first", LAST),), 0) if _FINALLY.match(text) else ((), 0)


def plausible(marker: Marker, present: Counter[Marker]) -> bool:
    """Whether a number has a neighbour in the document; a bullet or label needs none."""
    if marker.key == _GLUED:
        return present[marker] > 1
    if marker.bullet or marker.label:
        return True
    if marker.value == LAST:
        return Marker("first", 2) in present
    if marker.depth > 1 and marker.value == 1 and _before(marker) in present:
        return True
    near = (msgspec.structs.replace(marker, value=marker.value + n) for n in (-1, 1, 2, -2))
    return any(one in present for one in near)


def _before(marker: Marker) -> Marker:
    """The first number of the part before: "1.1" before "2.1"."""
    part = re.search(r"\d+", marker.key)
    if part is None:
        return marker
    before = f"{marker.key[: part.start()]}{int(part[0]) - 1}{marker.key[part.end() :]}"
    return msgspec.structs.replace(marker, key=before)


def lazy(present: Counter[Marker]) -> frozenset[Marker]:
    """The markers of lists in which every point is written as number one, as Markdown allows."""
    ones = (marker for marker, count in present.items() if marker.value == 1 and count > 1)
    return frozenset(
        marker
        for marker in ones
        if not marker.label and msgspec.structs.replace(marker, value=2) not in present
    )


_NAMED: Final = re.compile(r"\(([^()]{2,120})\)")


def named(label: str) -> tuple[str, ...]:
    """Whom a label names in brackets: "Recommendation 3 (ministry, towns):"."""
    found = _NAMED.search(label)
    parts = re.split(r"[,;]", found[1]) if found else []
    return tuple(part.strip() for part in parts if part.strip() and not part.strip().isdigit())
