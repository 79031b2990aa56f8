"""`python -m bench [NAME …]`: runs every measure, or those named."""

import importlib
import pkgutil
import sys

import bench

HIDDEN = {"__main__", "minimal_app", "pty_harness", "timing"}


def main() -> None:
    names = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    wanted = sys.argv[1:] or [name for name in names if name not in HIDDEN]
    for name in wanted:
        module = importlib.import_module(f"bench.{name}")
        if not hasattr(module, "measure"):
            continue
        print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        for line in module.measure():
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
