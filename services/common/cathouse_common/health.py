"""Two questions: is the process alive (target groups), and does the service work (a deploy)."""

from typing import Any, Final, Literal

from fastapi import FastAPI, Response, status
from pydantic import BaseModel, ConfigDict

from cathouse_common.database import Database
from cathouse_common.settings import ServiceSettings

HEALTH_EXAMPLE: Final[dict[str, Any]] = {
    "service": "auth",
    "status": "ok",
    "version": "4f1c09",
    "database": "ok",
}


class Health(BaseModel):
    """What a deploy verifies."""

    model_config = ConfigDict(json_schema_extra={"examples": [HEALTH_EXAMPLE]})

    service: str
    status: Literal["ok", "unavailable"]
    version: str
    database: Literal["ok", "unreachable"]


class Liveness(BaseModel):
    """That the process answers. It says nothing of the database, as a database that is away for a
    moment is no reason to replace every task of the platform."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: Literal["ok"] = "ok"


def add_liveness_route(app: FastAPI, settings: ServiceSettings) -> None:
    """Adds `/health/live`, which answers 200 for as long as the process does."""

    @app.get(f"{settings.prefix}/health/live", tags=["health"], summary="Is the process alive?")
    async def live() -> Liveness:
        """Answers for as long as the process does, whatever its database does."""
        return Liveness()


def add_health_route(app: FastAPI, settings: ServiceSettings, database: Database) -> None:
    """Adds `/health`: 200, or 503 when the database does not answer within two seconds."""

    @app.get(
        f"{settings.prefix}/health",
        tags=["health"],
        summary="Does the service work?",
        responses={status.HTTP_503_SERVICE_UNAVAILABLE: {"model": Health}},
    )
    async def health(response: Response) -> Health:
        """Tells the version that runs, and whether its database answers within two seconds."""
        answers = await database.answers()
        if not answers:
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        return Health(
            service=settings.service,
            status="ok" if answers else "unavailable",
            version=settings.service_version,
            database="ok" if answers else "unreachable",
        )
