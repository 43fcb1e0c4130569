"""Calls to installed entries."""

from cathouse_common.problems import Responses
from fastapi import APIRouter, Request, Response, status

from app.forward import forward
from app.installed import InstalledTarget
from app.limits import limited

router = APIRouter(tags=["proxy"])

_RESPONSES: Responses = {
    "default": {"description": "What the endpoint answers", "content": {"*/*": {}}},
    status.HTTP_400_BAD_REQUEST: {"description": "The path has . or .. in it"},
    status.HTTP_403_FORBIDDEN: {"description": "The endpoint is not on the public Internet"},
    status.HTTP_404_NOT_FOUND: {"description": "The caller has no such installation"},
    status.HTTP_413_CONTENT_TOO_LARGE: {"description": "The request is too large"},
    status.HTTP_429_TOO_MANY_REQUESTS: {"description": "Too many calls: see Retry-After"},
    status.HTTP_502_BAD_GATEWAY: {
        "description": "The endpoint fails, redirects, or answers too much"
    },
    status.HTTP_504_GATEWAY_TIMEOUT: {"description": "The endpoint takes too long"},
}


async def call(path: str, request: Request, target: InstalledTarget) -> Response:
    """Forwards the call to the installed endpoint, and its answer to the caller: whatever that is,
    but for redirects, which nobody follows, and with the headers that describe it."""
    return await forward(request, target, path)


# One by one, as OpenAPI wants an id for each operation.
for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
    router.add_api_route(
        "/{installation_id:uuid}/{path:path}",
        call,
        methods=[method],
        dependencies=[limited],
        response_class=Response,
        summary=f"Call an installed entry with {method}",
        operation_id=f"call_{method.lower()}",
        responses=_RESPONSES,
    )
