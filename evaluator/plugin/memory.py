"""Importing a project's plugin from the very bytes that were hashed: nothing is read twice.

No byte code is written, and the project's folders never join the module path.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from pathlib import PurePosixPath
from types import CodeType, ModuleType
from typing import Any, Final

from evaluator.plugin.wire import Source

INIT: Final = "__init__.py"
API_NAME: Final = "EVALUATOR_API"


def module_name(source: Source) -> str:
    """The name under which a plugin's module is known while it runs."""
    return f"evaluator_plugin_{source.name}"


class Bytes:
    """Finder and loader of one plugin's modules, from its files in memory."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._top = module_name(source)
        self._folder = INIT in source.files

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """The spec of a module of this plugin; None for all others."""
        file = self.file_of(name)
        if file is None:
            return None
        package = file.endswith(INIT)
        place = self.place(file)
        loader: Any = self
        spec = ModuleSpec(name, loader, origin=place, is_package=package)
        spec.has_location = True
        if package and spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(str(PurePosixPath(place).parent))
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Leaves making the module to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Runs a module's code in it."""
        exec(self.get_code(module.__name__), module.__dict__)  # noqa: S102 - that is its task

    def get_code(self, name: str) -> CodeType:
        """The module compiled from memory."""
        file = self.file_of(name) or ""
        return compile(self._source.files[file], self.place(file), "exec", dont_inherit=True)

    def get_source(self, name: str) -> str:
        """The module's text, for tracebacks."""
        return self._source.files[self.file_of(name) or ""].decode("utf-8", "replace")

    def get_data(self, path: str) -> bytes:
        """A file of the plugin's folder as it was reviewed (`pkgutil.get_data`)."""
        inside = self.relative(path)
        if inside not in self._source.files:
            raise FileNotFoundError(path)
        return self._source.files[inside]

    def place(self, file: str) -> str:
        """The path of one of the plugin's files, as messages show it."""
        return f"{self._source.path}/{file}" if self._folder else self._source.path

    def relative(self, path: str) -> str:
        """The plugin's file that a path means; an empty text where it is none of them."""
        start = f"{self._source.path}/"
        if not self._folder:
            return next(iter(self._source.files)) if path == self._source.path else ""
        return path.removeprefix(start) if path.startswith(start) else ""

    def file_of(self, name: str) -> str | None:
        """The plugin's file that holds a module; None where it is another's module."""
        if name == self._top:
            return INIT if self._folder else next(iter(self._source.files))
        if not self._folder or not name.startswith(f"{self._top}."):
            return None
        stem = name.removeprefix(f"{self._top}.").replace(".", "/")
        places = (f"{stem}/{INIT}", f"{stem}.py")
        return next((place for place in places if place in self._source.files), None)


def declared_api(source: Source) -> object:
    """What the plugin's text assigns to EVALUATOR_API, found without running it; None if nothing.

    Raises:
        SyntaxError: the text is no Python.
    """
    import ast

    finder = Bytes(source)
    name = module_name(source)
    file = finder.file_of(name) or ""
    tree = compile(
        source.files[file], finder.place(file), "exec", ast.PyCF_ONLY_AST, dont_inherit=True
    )
    for node in getattr(tree, "body", ()):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if API_NAME in names:
                return node.value.value
    return None


def load(source: Source) -> ModuleType:
    """Imports the plugin and returns its module, or what its entry point names."""
    if source.entry:
        from importlib.metadata import EntryPoint

        thing: ModuleType = EntryPoint(source.name, source.entry, "evaluator").load()
        return thing
    import importlib

    sys.meta_path.insert(0, Bytes(source))
    return importlib.import_module(module_name(source))
