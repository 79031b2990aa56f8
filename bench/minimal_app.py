"""The smallest Textual app worth the name: the yardstick of start-up and keys."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One line of text, which counts key presses."""

    pressed = 0

    def compose(self) -> ComposeResult:
        yield Static("Minimal 0", id="text")

    def on_key(self) -> None:
        self.pressed += 1
        self.query_one(Static).update(f"Minimal {self.pressed}")


if __name__ == "__main__":
    Minimal().run()
