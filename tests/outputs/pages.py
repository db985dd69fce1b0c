"""What holds for every page that is written: read with the standard library's parser."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "link", "input", "option", "br", "img", "hr"}


class Page(HTMLParser):
    """The tags, ids, headings, scripts and addresses of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.attributes: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[tuple[str, str]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self.attributes.append((tag, given))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "script":
            self.scripts.append((given.get("type", ""), ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "script":
            kind, code = self.scripts[-1]
            self.scripts[-1] = kind, code + data
        elif not self._open or self._open[-1] != "style":
            self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [given[name] for _, given in self.attributes if name in given]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def assert_sound(html: str, language: str) -> Page:
    """Check language, ids, headings, table scopes, addresses and the content policy."""
    page = Page(html)
    tags = Counter(tag for tag, _ in page.attributes)
    assert dict(page.attributes)["html"] == {"lang": language}
    assert tags["title"] >= 1
    assert tags["h1"] == tags["main"] == 1
    assert max(Counter(page.values("id")).values()) == 1
    levels = [int(tag[1]) for tag, _ in page.attributes if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert tags["caption"] == tags["table"]
    assert all("scope" in given for tag, given in page.attributes if tag == "th")
    used = [reference for name in ("for", "aria-labelledby", "aria-describedby", "list")
            for value in page.values(name) for reference in value.split()]  # fmt: skip
    assert set(used) <= set(page.values("id"))
    for name in ("src", "href", "data", "action", "srcset", "poster"):
        for address in page.values(name):
            assert not re.match(r"(?i)\s*([a-z]+:|//)", address), address
    assert not [name for name in page.attributes if any(key.startswith("on") for key in name[1])]
    (policy,) = (given["content"] for _, given in page.attributes if "http-equiv" in given)
    assert "default-src 'none'" in policy
    for kind, code in page.scripts:
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert kind == "application/json" or f"'sha256-{digest}'" in policy
    assert not re.search(r"url\((?!data:|#)", html)
    assert "@import" not in html
    return page
