"""Reports of drift as HTML, Markdown and JUnit XML."""

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from pathlib import Path
from xml.sax.saxutils import quoteattr

from mockapi.replay.drift import DriftReport

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem;
  padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left;
  vertical-align: top }
code { overflow-wrap: anywhere }
.drift { color: #b00020 }
@media (prefers-color-scheme: dark) {
  body { background: #111; color: #ddd }
  .drift { color: #f77 }
}
"""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML does not have, and HTML should not."""


def document_of(report: DriftReport, path: Path) -> str:
    """Return *report* in the format of the ending of *path*.

    Raise `ValueError` if the ending is not known.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        endings = ", ".join(_WRITERS)
        raise ValueError(f"--report: {str(path)!r} has an unknown ending. Use {endings}.")
    return "\n".join((*write(report), ""))


def validate_ending(path: Path) -> None:
    """Raise `ValueError` if *path* has an ending without a format."""
    document_of(DriftReport("", "", ()), path)


def _title(report: DriftReport) -> str:
    noun = "difference" if report.count == 1 else "differences"
    return f"{report.count} {noun} of {report.server} from {report.recording}"


def _requests(number: int) -> str:
    return f"{number} request{'' if number == 1 else 's'}"


def _html(report: DriftReport) -> Iterator[str]:
    title = _html_text(_title(report))
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n<h1>{title}</h1>"
    for each in report.operations:
        yield f"<h2><code>{_html_text(each.operation)}</code></h2>"
        ignored = f", {each.ignored} ignored" if each.ignored else ""
        css = ' class="drift"' if each.drifts else ""
        yield f"<p{css}>{_requests(each.requests)}, {len(each.drifts)} different{ignored}</p>"
        if each.drifts:
            yield "<table>\n<tr><th>Kind<th>Place<th>Difference<th>Requests"
        for drift in each.drifts:
            cells = (drift.kind, f"<code>{_html_text(drift.place)}</code>")
            texts = map(_html_text, (drift.text, drift.request_numbers))
            yield f"<tr><td>{'<td>'.join((*cells, *texts))}"
        if each.drifts:
            yield "</table>"
    if report.not_compared:
        yield "<h2>Not compared</h2>\n<ul>"
        for name, reason in report.not_compared:
            yield f"<li><code>{_html_text(name)}</code>: {_html_text(reason)}"
        yield "</ul>"


def _html_text(text: str) -> str:
    return escape(_NOT_XML.sub("?", text))


def _markdown(report: DriftReport) -> Iterator[str]:
    yield f"# {_markdown_text(_title(report))}"
    for each in report.operations:
        yield f"\n## {_markdown_text(each.operation)}\n"
        ignored = f", {each.ignored} ignored" if each.ignored else ""
        yield f"{_requests(each.requests)}, {len(each.drifts)} different{ignored}"
        if each.drifts:
            yield "\n| kind | place | difference | requests |\n|---|---|---|---|"
        for drift in each.drifts:
            cells = (drift.kind, drift.place, drift.text, drift.request_numbers)
            yield f"| {' | '.join(map(_markdown_text, cells))} |"
    if report.not_compared:
        yield "\n## Not compared\n"
        for name, reason in report.not_compared:
            yield f"- {_markdown_text(name)}: {_markdown_text(reason)}"


def _markdown_text(text: str) -> str:
    """Return *text* without effect in Markdown and HTML, in one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|&~])", r"\\\1", " ".join(_NOT_XML.sub("?", text).split()))


def _junit(report: DriftReport) -> Iterator[str]:
    failures = sum(1 for each in report.operations if each.drifts)
    tests = len(report.operations) + len(report.not_compared)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    counts = (
        f'tests="{tests}" failures="{failures}" errors="0" skipped="{len(report.not_compared)}"'
    )
    yield f'<testsuites {counts}>\n<testsuite name="mockapi replay" {counts}>'
    for each in report.operations:
        yield f"<testcase classname={_attribute(report.recording)} {_name(each.operation)}>"
        if each.drifts:
            lines = "\n".join(_html_text(str(drift)) for drift in each.drifts)
            message = _attribute(f"{len(each.drifts)} different: {each.drifts[0]}")
            yield f'<failure type="drift" message={message}>{lines}</failure>'
        yield "</testcase>"
    for name, reason in report.not_compared:
        yield f"<testcase classname={_attribute(report.recording)} {_name(name)}>"
        yield f"<skipped message={_attribute(reason)}/></testcase>"
    yield "</testsuite>\n</testsuites>"


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("?", text))


def _name(text: str) -> str:
    return f"name={_attribute(text)}"


_WRITERS: Mapping[str, Callable[[DriftReport], Iterator[str]]] = {
    ".html": _html,
    ".md": _markdown,
    ".xml": _junit,
}
