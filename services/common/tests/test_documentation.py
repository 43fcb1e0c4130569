"""The documentation as a browser loads it: under the site's policy, and without the Internet."""

from html.parser import HTMLParser
from urllib.parse import urljoin

from httpx import ASGITransport, AsyncClient

from cathouse_common.application import application
from cathouse_common.testing import Environment
from tests.conftest import Settings


class Page(HTMLParser):
    """What a page loads, and the scripts and handlers that are in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self._in_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what a tag brings with it."""
        self._in_script = tag == "script"
        self.inline += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.loaded += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        """Notes a script."""
        if self._in_script and data.strip():
            self.inline.append(data)


async def test_the_page_loads_only_what_the_service_has(client: AsyncClient) -> None:
    answer = await client.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    assert page.inline == []
    places = [place for place in page.loaded if place != "data:,"]
    types = {".js": "text/javascript", "css": "text/css"}
    assert len(places) == 3
    for place in places:
        url = urljoin(str(answer.url), place)
        assert url.startswith("http://service/api/v1/plain/docs/")
        loaded = await client.get(url)
        assert loaded.status_code == 200
        # The site forbids to guess another type.
        assert loaded.headers["content-type"].startswith(types[place[-3:]])
        assert loaded.content
    start = (await client.get("/docs/start.js")).text
    assert 'url: "openapi.json"' in start and "validatorUrl: null" in start


async def test_no_other_file_is_served(client: AsyncClient) -> None:
    for path in ("core.py", "..%2Fcore.py", "%2e%2e/core.py", ""):
        assert (await client.get(f"/docs/assets/{path}")).status_code in {404, 405}, path


async def test_the_introduction_says_what_it_is_and_how_to_get_a_token(
    environment: Environment,
) -> None:
    environment.set("SERVICE_VERSION", "4f1c09ab" * 8)
    environment.set("ENVIRONMENT", "staging")
    app = application(environment.load(Settings), title="plain things", about="For {tests}.")
    transport = ASGITransport(app)
    async with AsyncClient(transport=transport, base_url="http://service") as client:
        info = (await client.get("/api/v1/plain/openapi.json")).json()["info"]
    assert info["title"] == "Cat House: plain things"
    assert info["version"] == "4f1c09ab4f1c"
    assert info["description"].startswith("For {tests}.\n")
    assert "POST /api/v1/auth/login" in info["description"]
    assert "version `4f1c09ab4f1c`, in staging" in info["description"]


async def test_each_route_is_described(client: AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    for path, item in document["paths"].items():
        for operation in item.values():
            assert operation["summary"] and operation["description"], path
