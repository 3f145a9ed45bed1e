"""Look at pages in a real browser: fixtures and checks for every face.

    @pytest.mark.browser
    def test_the_page_reads_well(visit):
        page = visit("/i/K", width=360)
        page.is_sound("institution")          # axe, overflow, console, picture

`visit` serves this process's project with the test's database; take `committing` beside it when
the page needs rows. With YUXIN_PICTURES=1 pictures go to build/pictures/<name>-<width>.png, to
be looked at; drawing them takes as long as all checks together.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import override_settings

from yuxin.site.launcher.translations import compile_newer

# How long a page may take says how busy the machine is, not whether the page is right.
PATIENCE = 30_000
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
WANTED = "YUXIN_PICTURES"
OPEN_MOST = 4  # pages of one test that stay open; a page in the background still takes time
PICTURES = Path(__file__).parents[1] / "build" / "pictures"
# Our own rules are WCAG 2.2 AA; "best-practice" is taste.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHINESE_LEFT = """() => {
    const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    const left = [];
    while (walk.nextNode()) {
        const text = walk.currentNode.textContent;
        const owner = walk.currentNode.parentElement;
        if (/[\\u4e00-\\u9fff]/.test(text) && !owner.closest('[lang^=zh]')) left.push(text.trim());
    }
    return left;
}"""
WIDTH_OF_PAGE = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing; the console check reports what failed."""


def _giving_back(project: Any) -> Any:
    """The project as an application whose threads give their database connections back."""

    def application(environ: Mapping[str, Any], start_response: Any) -> Iterator[bytes]:
        answer = project(environ, start_response)
        try:
            yield from answer
        finally:
            if hasattr(answer, "close"):
                answer.close()
            connections.close_all()

    return application


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser of this test process; tests are skipped with the reason when it is missing."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    # Playwright runs its loop in this thread; the tests' own queries there are still synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The project on a free port of 127.0.0.1, in a thread of this process."""
    compile_newer()
    in_front = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    with override_settings(MIDDLEWARE=in_front):  # lets a test name the day of its pages
        application = _giving_back(get_wsgi_application())
    server = make_server("127.0.0.1", 0, application, _Server, _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Visit:
    """One page as a visitor sees it, with what went wrong while it loaded."""

    page: Any
    width: int
    complaints: list[str] = field(default_factory=list)

    def fits(self) -> None:
        """Nothing sticks out to the right."""
        wide = self.page.evaluate(WIDTH_OF_PAGE)
        assert wide <= self.width, f"{wide - self.width} px stick out at {self.width}"

    def is_quiet(self) -> None:
        """No script error, nothing blocked by the content policy, nothing missing."""
        assert not self.complaints, "\n".join(self.complaints)

    def is_accessible(self) -> None:
        """WCAG 2.2 AA as far as axe can tell."""
        from axe_playwright_python.sync_playwright import Axe

        options = {"runOnly": {"type": "tag", "values": AXE_TAGS}}
        found = Axe().run(self.page, options=options).response["violations"]
        assert not found, "\n".join(_violation(one) for one in found)

    def is_english(self) -> None:
        """No Chinese is left on an English page but what says that it is Chinese (`lang`)."""
        left = self.page.evaluate(CHINESE_LEFT)
        assert not left, left

    def picture(self, name: str) -> None:
        """A full-length picture, to be looked at: only where somebody asked for pictures."""
        if WANTED not in os.environ:
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}-{self.width}.png"
        self.page.screenshot(path=str(path), full_page=True)

    def is_sound(self, name: str = "") -> None:
        """All checks together; with a name, the picture as well."""
        if name:
            self.picture(name)
        self.is_quiet()
        self.fits()
        self.is_accessible()


def _violation(one: Mapping[str, Any]) -> str:
    where = "; ".join(str(node["html"])[:160] for node in one["nodes"][:3])
    why = one["nodes"][0].get("failureSummary", "")
    return f"{one['id']}: {one['help']}: {where}: {why}"


class Visitor(Protocol):
    """What the fixture `visit` gives."""

    def __call__(
        self,
        path: str,
        *,
        width: int = 360,
        script: bool = True,
        cookies: Mapping[str, str] | None = None,
        text_size: int = 16,
    ) -> Visit:
        """Open a page at a width; `script=False` is a browser without JavaScript."""


@pytest.fixture
def visit(chromium: Any, served: str) -> Iterator[Visitor]:
    """Open pages of this project; every visit has a browser context of its own."""
    contexts = []

    def opened(
        path: str,
        *,
        width: int = 360,
        script: bool = True,
        cookies: Mapping[str, str] | None = None,
        text_size: int = 16,
    ) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, locale="zh-CN"
        )
        contexts.append(context)
        if len(contexts) > OPEN_MOST:
            contexts.pop(0).close()
        if cookies:
            context.add_cookies(
                [{"name": name, "value": value, "url": served} for name, value in cookies.items()]
            )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        seen = Visit(page, width)
        page.on("console", lambda said: said.type == "error" and seen.complaints.append(said.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.goto(f"{served}{path}")
        if text_size != 16:
            page.add_style_tag(content=f"html{{font-size:{text_size}px}}")
        return seen

    yield opened
    for context in contexts:
        context.close()
