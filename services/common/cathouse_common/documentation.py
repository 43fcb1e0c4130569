"""The API's documentation for people, at `/docs` of each service.

It is Swagger UI as the package `fastapi-offline` ships it: nothing comes from elsewhere, and no
script is in the page itself, as the site's content security policy allows none.
"""

from typing import Final

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

from cathouse_common.settings import ServiceSettings

# Its addresses are relative: the same page is behind the load balancer and behind CloudFront.
_PAGE: Final = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="docs/assets/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="docs/assets/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
"""

# A validator's badge would send the document's address to somebody else.
_START: Final = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
})
"""

_INTRODUCTION: Final = """{about}

### How to get a token
Calls with a lock need an access token, which is valid for an hour.

1. Make an account: `POST /api/v1/auth/register` with `{{"email": "…", "password": "…"}}`.
2. Log in: `POST /api/v1/auth/login` with the same. The answer has an `access_token`.
3. Send it with each call, as `Authorization: Bearer <access_token>`. On this page: press
   **Authorize** and paste it.

### What an error looks like
A problem (RFC 9457): `detail` says what is wrong, `errors` which values are, and `trace_id` finds the
request in the logs. After 429 and 503, `Retry-After` says how many seconds to wait.

This is version `{version}`, in {environment}.
"""


def introduction(about: str, settings: ServiceSettings) -> str:
    """What the documentation begins with, as Markdown."""
    return _INTRODUCTION.format(
        about=about, version=short(settings.service_version), environment=settings.environment
    )


def short(version: str) -> str:
    """A version as people read it."""
    return version[:12]


def add_documentation(app: FastAPI, settings: ServiceSettings) -> None:
    """Adds `/docs` and what it loads."""
    prefix = settings.prefix
    page = _PAGE.format(title=app.title)

    @app.get(f"{prefix}/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page)

    @app.get(f"{prefix}/docs/start.js", include_in_schema=False)
    async def start() -> Response:
        return Response(_START, media_type="text/javascript")

    assets = StaticFiles(packages=[("fastapi_offline", "static")])
    app.mount(f"{prefix}/docs/assets", assets)
