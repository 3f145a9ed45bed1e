"""What the small programs' pages share: one frame, one style, no script, this machine alone."""

from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

STYLE = """
:root { color-scheme: light; --ink: #17212e; --soft: #55606e; --line: #d5dbe2; --act: #1b5faa; }
* { box-sizing: border-box; }
body { margin: 0; background: #f2f4f7; color: var(--ink);
  font: 16px/1.6 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
.demo { background: #17212e; color: #fff; font-size: 13px; text-align: center; padding: 2px 8px; }
main { max-width: 480px; margin: 0 auto; background: #fff; padding: 20px 16px 32px;
  min-height: 100vh; }
header { display: flex; justify-content: space-between; font-size: 13px; color: var(--soft); }
header a { color: var(--act); padding: 12px 0 12px 24px; margin: -12px 0; }
h1 { font-size: 20px; line-height: 1.35; margin: 20px 0 4px; }
.sum { font-size: 36px; line-height: 1.2; font-weight: 600; margin: 16px 0;
  font-variant-numeric: tabular-nums; }
.sum small { font-size: 16px; font-weight: 400; }
dl { border-top: 1px solid var(--line); margin: 0 0 20px; }
dl div { display: flex; gap: 16px; justify-content: space-between; padding: 10px 0;
  border-bottom: 1px solid var(--line); }
dt { color: var(--soft); flex: none; }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
fieldset { border: 0; padding: 0; margin: 0 0 20px; }
legend { color: var(--soft); padding: 0; }
label { display: flex; align-items: center; gap: 12px; min-height: 48px;
  border-bottom: 1px solid var(--line); }
input[type=radio] { width: 20px; height: 20px; accent-color: var(--act); }
button, .button { display: block; width: 100%; min-height: 48px; font: inherit; font-weight: 600;
  border: 1px solid var(--act); border-radius: 6px; background: var(--act); color: #fff;
  text-align: center; text-decoration: none; padding: 10px; margin: 0 0 12px; cursor: pointer; }
button.even { background: #fff; color: var(--act); }
:focus-visible { outline: 2px solid #1b5faa; outline-offset: 2px; }
.note { color: var(--soft); font-size: 13px; }
[role=alert] { border-left: 4px solid #b3261e; padding: 8px 12px; background: #fdf1f0; }
.bubble { border: 1px solid var(--line); border-radius: 8px; padding: 8px 12px; margin: 0 0 12px; }
.bubble p { margin: 4px 0; overflow-wrap: anywhere; }
td a { color: var(--act); display: inline-block; padding: 10px 0; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: left; padding: 6px 4px; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
"""

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Handler(BaseHTTPRequestHandler):
    """Answers with whole pages."""

    server_version = "yuxin-party"
    sys_version = ""
    timeout = 30

    def reply(self, status: HTTPStatus, text: str, kind: str = "text/html") -> None:
        """Send one answer with the headers that every page has."""
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def body(self, most: int) -> str | None:
        """What was sent, or None where it is longer than `most` bytes or of unknown length."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > most:
            self.close_connection = True
            return None
        return self.rfile.read(int(length)).decode("ascii", "replace")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Orders and telephone numbers stand in addresses: they are not logged."""


def form_fields(text: str) -> dict[str, str]:
    """The first value of each field of a form or query."""
    try:
        parsed = parse_qs(text, max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in parsed.items()}


def frame(
    title: str,
    body: str,
    language: str,
    *,
    strip: str,
    place: str,
    switch: tuple[str, str] | None = None,
) -> str:
    """The frame of all pages. `strip`: the demo line; `switch`: address and word of the other
    language's page."""
    other = "en" if language == "zh" else "zh"
    link = ""
    if switch is not None:
        joint = "&amp;" if "?" in switch[0] else "?"
        address = f"{escape(switch[0])}{joint}lang={other}"
        link = f'<a href="{address}" lang="{other}">{switch[1]}</a>'
    return f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><link rel="stylesheet" href="/style.css"></head>
<body><div class="demo">{strip}</div><main>
<header><span>{place}</span>{link}</header>
{body}
</main></body></html>
"""
