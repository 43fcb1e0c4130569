"""One call to an endpoint, limited in size and time."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import certifi
import httpcore
from fastapi import HTTPException, Request, Response, status
from loguru import logger

from app.headers import to_caller, to_endpoint
from app.installed import Target
from app.names import name_servers
from app.network import PublicNetwork, TargetRefused
from app.settings import Settings

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# Those that a browser follows. It would do so with the user's token and method, to wherever an
# endpoint's owner likes, which may be this platform's own API.
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@asynccontextmanager
async def connection_pool(settings: Settings) -> AsyncIterator[httpcore.AsyncConnectionPool]:
    """Connections that follow no redirect, keep no cookie, and read no proxy from the
    environment."""
    async with (
        name_servers() as names,
        httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(cafile=certifi.where()),
            network_backend=PublicNetwork(settings.proxy_allowed_hosts, names),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=30,
        ) as pool,
    ):
        yield pool


async def forward(request: Request, target: Target, path: str) -> Response:
    """The endpoint's answer to the caller's request for `path`, sent with the configured headers.

    Raises HTTPException: 400 for a path that leaves the endpoint, 403 for an endpoint that is not
    public, 502 for one that fails, redirects or answers with too much, 504 for one that takes too
    long.
    """
    settings: Settings = request.app.state.settings
    if not {".", ".."}.isdisjoint(path.replace("\\", "/").split("/")):
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "The path must have no . or .. in it")
    url, host = _target_url(request, target.endpoint)
    headers = to_endpoint(request.headers.raw, host, target.configuration.headers)
    body = await request.body()
    pool: httpcore.AsyncConnectionPool = request.app.state.pool
    try:
        async with (
            asyncio.timeout(settings.proxy_timeout_seconds),
            pool.stream(request.method, url, headers=headers, content=body or None) as answer,
        ):
            if answer.status in _REDIRECTS:
                raise _bad_gateway(host, _redirect(host, answer), f"redirects with {answer.status}")
            content = await _read(answer, host, settings.proxy_max_bytes)
    except TargetRefused as refusal:
        raise HTTPException(status.HTTP_403_FORBIDDEN, str(refusal)) from refusal
    except TimeoutError as error:
        logger.warning("{} does not answer within {} s", host, settings.proxy_timeout_seconds)
        raise HTTPException(
            status.HTTP_504_GATEWAY_TIMEOUT, f"{host} took too long to answer"
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        detail = f"{host} cannot be reached, or breaks the protocol"
        raise _bad_gateway(host, detail, f"{type(error).__name__}: {error}") from error
    response = Response(content, answer.status)
    response.raw_headers = to_caller(answer.headers)
    return response


def _target_url(request: Request, endpoint: str) -> tuple[httpcore.URL, str]:
    """Where the request goes, and its Host. The path stays as the caller wrote it: decoding would
    make `%2F` a separator."""
    path: bytes = request.scope["raw_path"].split(b"/", 5)[-1]
    parts = urlsplit(endpoint)
    target = (parts.path or "/").encode()
    if path:
        target = target.removesuffix(b"/") + b"/" + path
    if request.scope["query_string"]:
        target += b"?" + request.scope["query_string"]
    url = httpcore.URL(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or _DEFAULT_PORTS[parts.scheme],
        target=target,
    )
    return url, parts.netloc


def _bad_gateway(host: str, detail: str, cause: str) -> HTTPException:
    """The answer 502. Its cause is logged: the caller's business ends at the endpoint's name."""
    logger.bind(endpoint=host, cause=cause).warning("The call to {} failed: {}", host, cause)
    return HTTPException(status.HTTP_502_BAD_GATEWAY, detail)


def _redirect(host: str, answer: httpcore.Response) -> str:
    """What the caller is told of a redirect: where it leads, as text, and in no header."""
    locations = [value for name, value in answer.headers if name.lower() == b"location"]
    where = f" to {locations[0].decode('ascii', 'replace')[:200]}" if locations else ""
    return (
        f"{host} redirects{where} ({answer.status}). The proxy follows no redirect: the entry's "
        "endpoint must be the address that it leads to"
    )


async def _read(answer: httpcore.Response, host: str, limit: int) -> bytes:
    content = bytearray()
    async for chunk in answer.aiter_stream():
        content += chunk
        if len(content) > limit:
            detail = f"The answer has more than {limit} bytes"
            raise _bad_gateway(host, detail, detail)
    return bytes(content)
