"""The Portfolio view: the set of options that gives most value under budgets and rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from evaluator.display import rounded
from evaluator.errors import EvaluatorError, nearest
from evaluator.tui import words
from evaluator.tui.choosing import Answer, Question, analyse, with_core
from evaluator.tui.commands import bindings
from evaluator.tui.result import AskingView
from evaluator.tui.scope import moved, step
from evaluator.tui.text import bar, figure, fit, plain, wrap
from evaluator.tui.widgets.portfoliolist import PortfolioList, Row
from evaluator.tui.widgets.sections import HEADING, rule, said

if TYPE_CHECKING:
    from evaluator.analysis.portfolio import NearMiss
    from evaluator.model import Number, Option
    from evaluator.progress import Progress
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts

MARKS: Final = {"must": "▲", "must-not": "▽"}
_NO_RULE: Final = "No rule bears on it."
_NO_BUDGET_HELPS: Final = "nothing better is in reach by raising one budget"


class PortfolioScreen(AskingView[PortfolioList, Answer]):
    """The chosen set, what just misses, budgets and rules."""

    NAME = "portfolio"
    BINDINGS = bindings(NAME)
    ROWS = PortfolioList

    def __init__(self) -> None:
        super().__init__()
        self._budget = 0
        self._failure = ""

    # -- asking

    def question(self) -> Question | None:
        """The options with what they are worth, and the rules."""
        workshop = self.workshop
        if self.hidden:
            return None
        if not any(row.complete for row in self.ranking.rows):
            return None
        table, shares = workshop.table(self.who), self.ranking.shares
        return Question(
            workshop.options,
            dict(workshop.criteria),
            table.values,
            shares,
            workshop.session.portfolio,
        )

    def analyse(self, question: Question, progress: Progress) -> Answer:
        """The best set."""
        return analyse(question, progress)

    def take(self, answer: Answer) -> None:
        """Shows the best set, and has the core index worked out where it is not yet."""
        self._failure = ""
        super().take(answer)
        if not answer.core:
            self.work(lambda progress: with_core(answer, progress))

    def failed(self, error: EvaluatorError) -> None:
        """Says below why nothing can be chosen."""
        self._answer, self._failure, self._done = None, plain(str(error)), 0.0
        self.paint_all()
        self.refresh_status()

    def right(self) -> list[str]:
        """How far the core index is."""
        if self._work.busy and self._done:
            return [f"core {rounded(100 * self._done)}%"]
        answer = self._answer
        return [] if answer is None else [f"worth {rounded(answer.best.value, 1)}"]

    # -- painting

    def show_rows(self) -> None:
        """Paints the options."""
        rows = self.listing
        rows.empty = self.missing()
        rows.show_options(self._resources(), self._rows())

    def lacking(self) -> str:
        """There is nothing to choose from, or nothing can be chosen."""
        if self._failure:
            return "Nothing can be chosen; below stands why."
        if self.question() is not None:
            return ""
        needed = words.count(len(self.workshop.criteria), "score")
        return f"Nothing to choose from: an option needs all {needed}.   {self.key('score')}: score"

    def _resources(self) -> list[str]:
        """Resources with a budget first, then the others that options name."""
        named = [name for option in self.workshop.options for name in option.resources]
        return list(dict.fromkeys([*self._budgets(), *named]))

    def _budgets(self) -> dict[str, Number]:
        return dict(self.workshop.session.portfolio.get("budget", {}))

    def _rules(self, name: str) -> tuple[str, ...]:
        return tuple(self.workshop.session.portfolio.get(name, ()))

    def _rows(self) -> list[tuple[str, Any]]:
        answer = self._answer
        if answer is None:
            return []
        found = None if self.hits is None else set(self.hits)
        best = answer.best
        known = {option.id: option for option in self.workshop.options}
        missed = [miss.option for miss in best.near_misses]
        rest = [id for id in known if id in answer.worth and id not in (*best.chosen, *missed)]
        rest.sort(key=answer.worth.__getitem__, reverse=True)
        reference = [id for id, option in known.items() if option.reference]
        blocks = (
            ("chosen", sorted(best.chosen, key=answer.worth.__getitem__, reverse=True)),
            ("just missed, the nearest first", missed),
            ("not chosen", rest),
            ("the reference: what all is compared with", reference),
            ("left out: some scores are missing", list(best.left_out)),
        )
        rows: list[tuple[str, Any]] = []
        for title, ids in blocks:
            shown = [id for id in ids if id in known and (found is None or id in found)]
            if shown:
                rows.append((f"{HEADING}{title}", f"{title} ({len(shown)})"))
                rows += [(id, self._row(known[id], answer)) for id in shown]
        return rows

    def _row(self, option: Option, answer: Answer) -> Row:
        ruled = next((mark for name, mark in MARKS.items() if option.id in self._rules(name)), "")
        mark = ruled or ("●" if option.id in answer.best.chosen else "○")
        uses = tuple(option.resources.get(name) for name in self._resources())
        worth, core = answer.worth.get(option.id), answer.core.get(option.id)
        return Row(mark, option.title, worth, uses, core)

    def show_below(self) -> None:
        """Says what there is to say of the option under the cursor, budgets, and more."""
        cells, paint, option = self.room, self.paint, self.option
        lines: list[Parts] = [rule("" if option is None else option.title, cells, paint)]
        texts = self._texts()
        count = 2 if self.has_class("-narrow") else 3
        wrapped = [line for text in texts[:count] for line in (wrap(text, cells - 2) or ("",))[:2]]
        lines += [[(" " + text, paint.base)] for text in wrapped[: count + 1]]
        lines = lines[: count + 2]
        lines += [[]] * (count + 1 - len(lines))
        self.below.show(
            [*lines, self._budget_line(cells, self._answer), *self._more(cells, self._answer)]
        )

    def _texts(self) -> list[str]:
        """What there is to say of the option, the most telling first; or why nothing is known."""
        option, answer = self.option, self._answer
        if option is None or answer is None:
            return [self._failure] if self._failure else []
        standing = self._standing_of(option, answer)
        rules, warnings = self._unsaid() or self._rules_of(option), answer.warnings[-1:]
        if self.roomy:
            return [standing, rules or _NO_RULE, *warnings]
        return [standing, rules or next(iter(warnings), _NO_RULE), *self._next(answer)[:1]]

    def _standing_of(self, option: Option, answer: Answer) -> str:
        """Whether an option is in, and how firmly."""
        best = answer.best
        core = answer.core.get(option.id)
        firm = (
            "" if core is None else f" In the best set under {rounded(100 * core)}% of all weights."
        )
        if option.id in best.chosen:
            return f"Chosen.{firm}{self._most_for(option, answer)}"
        miss = next((miss for miss in best.near_misses if miss.option == option.id), None)
        if miss is not None:
            return self._missed(miss) + firm
        if option.reference:
            return "The reference: it is never chosen; the others are worth what they add to it."
        if option.id in best.left_out:
            return words.standing(self.ranking.rows, option.id)
        return f"Not chosen.{firm}{self._most_for(option, answer)}"

    def _most_for(self, option: Option, answer: Answer) -> str:
        """The resources of which nothing that uses as little gives as much."""
        names = [plain(name) for name, ids in answer.efficient.items() if option.id in ids]
        return f" Nothing gives more for as little {' or '.join(names)}." if names else ""

    def _unsaid(self) -> str:
        """Names the budgets of which no option says what it uses, and what to do about it."""
        said_of = {name for option in self.workshop.options for name in option.resources}
        names = [plain(name) for name in self._budgets() if name not in said_of]
        if not names:
            return ""
        example = f"{names[0]}=30"
        what = f"No option says how much {words.listed(names)} it uses."
        return f"{what} {self.key('edit_option')}: its resources, as {example}"

    def _missed(self, miss: NearMiss) -> str:
        if miss.loss < 0.05 and not miss.drops:
            return "As good as chosen: taking it changes nothing."
        drops = words.listed([self._title(id) for id in miss.drops])
        instead = f", and push out {drops}" if drops else ""
        return f"Taking it would cost {words.points(miss.loss)}{instead}."

    def _title(self, id: str) -> str:
        return plain(self.workshop.option(id).title)

    def _rules_of(self, option: Option) -> str:
        """The rules that bear on an option; empty where none does."""
        found: list[str] = []
        if option.id in self._rules("must"):
            found.append("must be in (space changes it)")
        if option.id in self._rules("must-not"):
            found.append("must stay out (space changes it)")
        known = self.workshop.option_set.options
        for word, ids in (("requires", option.requires), ("excludes", option.excludes)):
            if ids:
                found.append(
                    f"{word} {words.listed([self._title(id) for id in ids if id in known])}"
                )
        most: Mapping[str, int] = self.workshop.session.portfolio.get("at-most", {})
        found += [f"at most {most[tag]} of “{plain(tag)}”" for tag in option.tags if tag in most]
        return "Rules: " + "; ".join(found) + "." if found else ""

    def _next(self, answer: Answer) -> list[str]:
        """What a little more of each budget would buy."""
        found: list[str] = []
        for more in answer.best.next_budget:
            gain = more.value - answer.best.value
            adds = words.listed([self._title(id) for id in more.adds], 2)
            found.append(
                f"{plain(more.resource)} {figure(more.budget)} would buy "
                f"{words.points(gain)} more: {adds}."
            )
        return found

    def _budget_line(self, cells: int, answer: Answer | None) -> Parts:
        """Budgets with what is used of them, the one the keys change in brackets."""
        paint, budgets = self.paint, self._budgets()
        if not budgets:
            worth = answer.worth.values() if answer is not None else ()
            whole = answer is None or len(answer.best.chosen) >= sum(each > 0 for each in worth)
            none = (
                "all that is worth something is chosen" if whole else "only rules keep options out"
            )
            return [(f" No budget: {none}.   {self.key('add_budget')}: name a budget", paint.muted)]
        used = answer.best.used if answer is not None else {}
        size = max(0, min(16, cells // len(budgets) - 26))
        parts: Parts = [(" budget ", paint.muted)]
        for n, (name, most) in enumerate(budgets.items()):
            here = n == self._chosen_budget
            left, right = ("[", "]") if here else (" ", " ")
            spent = figure(used[name]) if name in used else "–"
            style = paint.strong if here else paint.base
            parts.append((f"{left}{plain(name)} {spent} of {figure(most)}", style))
            line = bar(used.get(name, 0), size, float(most) or 1.0)
            parts.append(((" " + fit(line, size).replace(" ", "╌")) if size else "", paint.bar))
            parts.append((f"{right} ", style))
        return parts

    def _more(self, cells: int, answer: Answer | None) -> list[Parts]:
        """Rules, larger budgets, what gives most: where there is room, or asked for."""
        if answer is None or not (self.roomy or self.pane):
            return []
        core = "CORE: how often an option is in the best set, over 200 weightings drawn at random"
        blocks = [
            ("RULES", self._all_rules()),
            ("WITH A LARGER BUDGET", self._larger(answer)),
            ("MOST WORTH FOR WHAT IT USES, the cheapest first", self._efficient(answer)),
            ("WORTH", [self._baseline(), *answer.warnings, core]),
        ]
        lines: list[Parts] = []
        for head, texts in blocks:
            if texts:
                lines += [[], [(f" {head}", self.paint.head)]]
            wrapped = [line for text in texts for line in wrap(text, cells - 2)]
            lines += [[(" " + line, self.paint.base)] for line in wrapped]
        return lines

    def _larger(self, answer: Answer) -> list[str]:
        return (self._next(answer) or [_NO_BUDGET_HELPS]) if self._budgets() else []

    def _all_rules(self) -> list[str]:
        settings = self.workshop.session.portfolio
        most: Mapping[str, int] = settings.get("at-most", {})
        said_ = [f"at most {n} of those tagged “{plain(tag)}”" for tag, n in most.items()]
        known = self.workshop.option_set.options
        for name in MARKS:
            titles = [self._title(id) for id in self._rules(name) if id in known]
            if titles:
                said_.append(f"{name}: {words.listed(titles, 6)}")
        return said_ or ["none but the budgets" if self._budgets() else "none"]

    def _efficient(self, answer: Answer) -> list[str]:
        """Of each resource the options that nothing beats for as little of it."""
        known = {option.id: option for option in answer.question.options}

        def told(id: str, name: str) -> str:
            use, worth = known[id].resources[name], answer.worth[id]
            return f"{self._title(id)} ({figure(use)}: {rounded(worth, 1)})"

        return [
            f"{plain(name)}: {', '.join(told(id, name) for id in ids)}"
            for name, ids in answer.efficient.items()
            if ids
        ]

    def _baseline(self) -> str:
        reference = next((o for o in self.workshop.options if o.reference), None)
        if reference is None:
            return "Overall value above 0: no option is marked as the reference."
        return f"Overall value above that of the reference: {plain(reference.title)}."

    def action_efficient(self) -> None:
        """Opens rules, larger budgets and what gives most for what it uses, or closes them."""
        self.turn_to("more")

    # -- budgets

    @property
    def _chosen_budget(self) -> int:
        return min(self._budget, max(0, len(self._budgets()) - 1))

    def can(self, action: Action) -> bool:
        """What changes a budget needs one."""
        if action.name in ("more_budget", "less_budget", "budget"):
            return bool(self._budgets())
        if action.name in ("previous_budget", "next_budget"):
            return len(self._budgets()) > 1
        if action.name == "must":
            return self.option is not None
        return super().can(action)

    def _set(self, **changes: Any) -> bool:
        settings = {**self.workshop.session.portfolio, **changes}
        kept = {name: value for name, value in settings.items() if value not in ({}, [], ())}
        return self.attempt(lambda: self.workshop.set_session(portfolio=kept))

    def action_previous_budget(self) -> None:
        """The budget before."""
        self._budget = (self._chosen_budget - 1) % max(1, len(self._budgets()))
        self.show_below()

    def action_next_budget(self) -> None:
        """The next budget."""
        self._budget = (self._chosen_budget + 1) % max(1, len(self._budgets()))
        self.show_below()

    def action_more_budget(self) -> None:
        """A larger budget."""
        self._push(1)

    def action_less_budget(self) -> None:
        """A smaller budget."""
        self._push(-1)

    def _push(self, way: int) -> None:
        budgets = self._budgets()
        name = list(budgets)[self._chosen_budget]
        by = way * step(float(budgets[name]) or 100)
        self._set(budget={**budgets, name: moved(budgets[name], by)})

    async def action_budget(self) -> None:
        """An exact budget."""
        name, most = list(self._budgets().items())[self._chosen_budget]
        await self.ask(
            f"budget of {plain(name)}",
            figure(most),
            lambda text: self._typed(name, text),
            "blank: none",
        )

    async def action_add_budget(self) -> None:
        """A budget for another resource."""
        without = [name for name in self._resources() if name not in self._budgets()]
        start = f"{without[0]} = " if without else ""
        await self.ask("budget", start, self._named, "name = amount")

    def _named(self, text: str) -> None:
        name, parted, amount = text.partition("=")
        if not parted or not name.strip():
            self.evaluator.say("say it as: money = 100", "warning")
            return
        self._typed(name.strip(), amount)

    def _typed(self, name: str, text: str) -> None:
        budgets = self._budgets()
        if not text.strip():
            budgets.pop(name, None)
            self._set(budget=budgets)
            return
        try:
            number = float(text.strip().replace(",", "."))
        except ValueError:
            number = -1.0
        if not 0 <= number < float("inf"):
            self.evaluator.say(f"{plain(text.strip())[:40]!r} is no amount from 0 up", "warning")
            return
        self._set(budget={**budgets, name: int(number) if number == int(number) else number})

    async def action_at_most(self) -> None:
        """At most so many options of a tag."""
        most: Mapping[str, int] = self.workshop.session.portfolio.get("at-most", {})
        option = self.option
        tags = [*(option.tags if option is not None else ()), *most]
        start = f"{plain(tags[0])} = {most.get(tags[0], '')}" if tags else ""
        await self.ask("at most", start, self._at_most, "tag = number; without one: any number")

    def _at_most(self, text: str) -> None:
        tag, _, number = (part.strip() for part in text.partition("="))
        known = sorted({tag for option in self.workshop.options for tag in option.tags})
        if tag not in known:
            near = nearest(tag, known)
            hint = f"; did you mean {plain(near)!r}?" if near else ""
            self.evaluator.say(f"no option is tagged {plain(tag)[:40]!r}{hint}", "warning")
            return
        most = dict(self.workshop.session.portfolio.get("at-most", {}))
        most.pop(tag, None)
        if number and not number.isdecimal():
            self.evaluator.say(f"{plain(number)[:40]!r} is no whole number from 0 up", "warning")
            return
        self._set(**{"at-most": {**most, tag: int(number)} if number else most})

    def action_must(self) -> None:
        """The option must be in; then must stay out; then as it comes."""
        option = self.option
        if option is None:
            return
        must = [id for id in self._rules("must") if id != option.id]
        out = [id for id in self._rules("must-not") if id != option.id]
        if option.id in self._rules("must"):
            out.append(option.id)
        elif option.id not in self._rules("must-not"):
            must.append(option.id)
        self._set(**{"must": must, "must-not": out})

    # -- copying

    def as_text(self) -> str:
        """The row under the cursor."""
        if not self.is_mounted or self.option is None:
            return ""
        rows = self.listing
        return said([rows.row_line(self.option.id, 0, 100, here=False)]).strip()

    def action_copy_all(self) -> None:
        """Copies the portfolio as text."""
        rows = self.listing
        lines = [rows.row_line(id, 0, 100, here=False) for id in rows.rows]
        tail = [self._budget_line(100, self._answer)]
        self.copied(said([rows.head_line(0, 100), *lines, *tail]), "the portfolio")
