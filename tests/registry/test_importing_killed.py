"""An import that is killed half-way goes on where it stopped; nothing is written twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection

from tests.registry.given import areas, officer
from tests.registry.test_importing import HEADINGS, received, sums, written
from tests.registry.test_reading_lists import code, text
from yuxin.access.reading import reading
from yuxin.registry.importing.models import ImportRow
from yuxin.registry.models import Entry

ROOT = Path(__file__).parents[2]
ROWS = 2600
RUN = """
import django, sys, datetime
django.setup()
from django.conf import settings
settings.KEYS_ROOT, settings.FILES_ROOT = {keys!r}, {files!r}
from pathlib import Path
settings.KEYS_ROOT = Path(settings.KEYS_ROOT)
from tests.registry.given import AT, officer
from yuxin.operations.importing.confirm_import import write_all
print("ready", flush=True)
write_all(officer(), {batch!r}, now=lambda: AT, progress=lambda a, b: print(a, flush=True))
"""


def _writer(cluster, batch):
    """A process of its own that writes the batch, one thousand rows a transaction."""
    from django.conf import settings

    told = {"keys": str(settings.KEYS_ROOT), "files": str(settings.FILES_ROOT), "batch": batch}
    login = connection.settings_dict
    environment = os.environ | {
        "YUXIN_DATA": str(cluster.folder.root),
        "PGDATABASE": login["NAME"],
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "yuxin.site.settings",
    }
    program = "import yuxin.site.settings as s\ns.DATABASES['default']['NAME'] = "
    program += f"{login['NAME']!r}\n{RUN.format(**told)}"
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_killed_import_goes_on_and_writes_nothing_twice(committing):
    areas()
    rows = [[f"示例县第{n}培训学校有限公司", code(n), "", "", ""] for n in range(1, ROWS + 1)]
    batch = received(text(HEADINGS, *rows))
    with _writer(committing, batch) as process:
        assert process.stdout.readline() == "ready\n"
        assert process.stdout.readline() == "1000\n"
        time.sleep(0.2)  # in the middle of the second thousand
        process.send_signal(signal.SIGKILL)
    with reading(officer()):
        done = ImportRow.objects.exclude(written="").count()
        assert Entry.objects.count() == done
    assert 1000 <= done < ROWS and done % 1000 == 0
    assert written(batch) == ROWS - done
    with reading(officer()):
        assert Entry.objects.count() == Entry.objects.values("uscc").distinct().count() == ROWS
    assert sums(batch).written == ROWS
