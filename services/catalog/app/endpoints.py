"""Which endpoints the platform can call, where it runs."""

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import HttpUrl

from app.settings import Settings


def check_endpoint(request: Request, endpoint: HttpUrl | None) -> None:
    """Raises RequestValidationError for an endpoint that no call would reach."""
    settings: Settings = request.app.state.settings
    ports = settings.allowed_ports
    if endpoint is None or ports is None:
        return
    if endpoint.scheme != "https" or endpoint.port not in ports:
        allowed = ", ".join(map(str, sorted(ports)))
        words = f"An address that begins with https://, on port {allowed}"
        raise RequestValidationError(
            [{"loc": ("body", "endpoint"), "type": "endpoint", "msg": words}]
        )
