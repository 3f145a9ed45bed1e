"""A writer of the torture: acts one after the other, each told to a file once it is done.

python -m yuxin.site.torture.parts.evidence_writer NAME FILE

Request n of a writer always has the same number, so what was under way at a kill is asked again
and must not be done twice. It ends when the database goes away; the parent starts it again.
"""

import importlib
import sys
import uuid
from pathlib import Path

import django
from django.db import Error

from yuxin.kernel.act import Call
from yuxin.kernel.clock import now


def main(name: str, path: Path) -> int:
    """Write until killed or the database is gone."""
    django.setup()
    acts = importlib.import_module("yuxin.site.torture.parts.evidence_acts")
    done = path.read_text().splitlines() if path.exists() else []
    whole = [line for line in done if len(line.split()) == 2]
    number = int(whole[-1].split()[0]) + 1 if whole else 0
    with path.open("a", buffering=1) as file:
        while True:
            call = Call(acts.WRITER, now(), uuid.uuid5(uuid.NAMESPACE_OID, f"{name}:{number}"))
            try:
                if number % 10 == 9:
                    receipt = acts.torture_many(call, number=number, count=30)
                else:
                    receipt = acts.torture_one(call, chain=f"torture:{number % 7}", number=number)
            except Error as gone:
                sys.stderr.write(f"{gone}\n")
                return 1
            file.write(f"{number} {receipt.entry_id}\n")
            number += 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
