"""Load the fictional county at the first start of a demo, as the application role.

    python -m yuxin.site.launcher.load_demo zh

`yuxin.site.simulation.demo.load(progress)` plays the county through the operations and returns
the sign-ins, a line each; they are printed once and kept nowhere in clear.
"""

import sys
from importlib import import_module
from importlib.util import find_spec

import django

from yuxin.site.launcher.folder import DataFolder, write_private
from yuxin.site.progress import Progress

MODULE = "yuxin.site.simulation.demo"


def is_due(folder: DataFolder) -> bool:
    """Whether the county is still to be loaded into this demo."""
    return folder.is_demo and not (folder.root / "demo-loaded").exists() and is_built()


def is_built() -> bool:
    """Whether this version has a demo county."""
    try:
        return find_spec(MODULE) is not None
    except ModuleNotFoundError:
        return False


def main(language: str) -> int:
    """Load the county and print its sign-ins to standard output."""
    django.setup()
    folder = DataFolder.from_environment()
    lines = import_module(MODULE).load(Progress(language))
    write_private(folder.root / "demo-loaded", "")
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
