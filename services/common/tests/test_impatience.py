"""Clients that never come to the end of a request."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from cathouse_common.testing.process import ServiceProcess, running_service

POST = b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n"


@pytest.fixture(name="service")
def _service(environment: object) -> Iterator[ServiceProcess]:
    assert environment
    with running_service("/api/v1/plain", "tests.served_impatiently") as service:
        yield service


def _answer(service: ServiceProcess, first: bytes, then: bytes) -> bytes:
    """Sends `then` again and again until the service closes the connection; returns its answer."""
    url = urlsplit(service.url)
    answer = b""
    with socket.create_connection((url.hostname, url.port)) as client:
        client.sendall(first)
        client.settimeout(0.1)
        while True:
            try:
                received = client.recv(65536)
                if not received:
                    return answer
                answer += received
                client.sendall(then)
            except TimeoutError:
                client.sendall(then)
            except ConnectionError:
                return answer


def test_a_connection_ends_whose_request_does_not(service: ServiceProcess) -> None:
    clients = {
        "no byte": (b"", b""),
        "headers": (b"GET / HTTP/1.1\r\nHost: a\r\n", b"X-Slow: y\r\n"),
        "no body": (POST % b"/echo", b""),
        "a body": (POST % b"/echo", b"["),
        "a body that nobody reads": (POST % b"/nothing", b"["),
        "one request": (b"GET /frozen HTTP/1.1\r\nHost: a\r\n\r\n", b""),
    }
    with ThreadPoolExecutor(len(clients)) as pool:
        answers = pool.map(lambda sent: _answer(service, *sent), clients.values())
        statuses = {name: answer[9:12] for name, answer in zip(clients, answers, strict=True)}
    assert statuses == {
        "no byte": b"",
        "headers": b"408",
        "no body": b"408",
        "a body": b"408",
        "a body that nobody reads": b"404",
        "one request": b"200",
    }
    service.log.seek(0)
    assert "Traceback" not in service.log.read()


def test_an_answer_may_take_longer_than_a_request(service: ServiceProcess) -> None:
    assert httpx.get(f"{service.url}/slow").status_code == 200


def test_what_has_been_imported_is_not_searched_for_garbage(service: ServiceProcess) -> None:
    assert httpx.get(f"{service.url}/frozen").json() > 10_000
