"""The health of the platform: of all services, asked at the same time."""

import asyncio
from typing import Final, Literal

import httpx
from cathouse_common.health import HEALTH_EXAMPLE, Health
from fastapi import APIRouter, Request, Response, status
from pydantic import BaseModel, ConfigDict, HttpUrl, ValidationError

from app.settings import Settings

# A service takes up to two to find that its database does not answer.
ANSWER_SECONDS: Final = 3

router = APIRouter(tags=["health"])


class PlatformHealth(BaseModel):
    """Unavailable when one service is. A service that gives no answer has none here: null."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "service": "health-aggregator",
                    "status": "unavailable",
                    "version": "4f1c09",
                    "services": {"auth": HEALTH_EXAMPLE, "catalog": None},
                }
            ]
        }
    )

    service: str
    status: Literal["ok", "unavailable"]
    version: str
    services: dict[str, Health | None]


@router.get("/health", responses={status.HTTP_503_SERVICE_UNAVAILABLE: {"model": PlatformHealth}})
async def health(request: Request, response: Response) -> PlatformHealth:
    """Asks every service for its health."""
    settings: Settings = request.app.state.settings
    client: httpx.AsyncClient = request.app.state.client
    urls = settings.service_urls
    answers = await asyncio.gather(*(_ask(client, name, url) for name, url in urls.items()))
    ok = all(answer is not None and answer.status == "ok" for answer in answers)
    if not ok:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return PlatformHealth(
        service=settings.service,
        status="ok" if ok else "unavailable",
        version=settings.service_version,
        services=dict(zip(urls, answers, strict=True)),
    )


async def _ask(client: httpx.AsyncClient, name: str, url: HttpUrl) -> Health | None:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await client.get(f"{str(url).removesuffix('/')}/api/v1/{name}/health")
        return Health.model_validate_json(answer.content)
    except (httpx.HTTPError, TimeoutError, ValidationError):
        return None
