"""Which targets are refused, whatever they are called."""

import asyncio
from ipaddress import ip_address

import httpcore
import pytest
from cathouse_common.testing import Caller
from httpx import AsyncClient

from app.names import name_servers, resolve
from app.network import PublicNetwork, TargetRefused, is_public
from tests.conftest import Install
from tests.name_server import NameServer
from tests.serving import serving
from tests.upstream import Upstream

PUBLIC = ["1.1.1.1", "172.32.0.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"]
NOT_PUBLIC = {
    "this host": ["0.0.0.0", "::"],
    "loopback": ["127.0.0.1", "127.255.0.1", "::1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fec0::1"],
    "shared": ["100.64.0.1"],
    "link-local": ["169.254.169.254", "169.254.170.2", "fe80::1", "fd00:ec2::254"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "2001:db8::1"],
    "IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"],
    "IPv4-compatible": ["::127.0.0.1"],
    "6to4, Teredo": ["2002:7f00:1::1", "2001:0:4136:e378::1"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_called(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("kind", NOT_PUBLIC)
def test_no_other_address_counts_as_public(kind: str) -> None:
    for address in NOT_PUBLIC[kind]:
        assert not is_public(ip_address(address)), address


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
async def test_loopback_is_refused_however_it_is_spelt(
    client: AsyncClient, ada: Caller, install: Install, host: str
) -> None:
    with serving(Upstream()) as internal:  # another port than the one that is allowed
        installation = await install(f"http://{host}:{internal.server_port}/")
        answer = await client.get(f"/{installation}/", headers=ada.headers)
    assert answer.status_code == 403
    assert not internal.asked


async def test_the_metadata_of_the_task_is_out_of_reach(
    client: AsyncClient, ada: Caller, install: Install
) -> None:
    for host in ("169.254.169.254", "169.254.170.2", "[fd00:ec2::254]"):
        installation = await install(f"http://{host}/latest/")
        answer = await client.get(f"/{installation}/meta-data", headers=ada.headers)
        assert answer.status_code == 403, host


async def test_a_name_without_an_address_is_a_bad_gateway(
    client: AsyncClient, ada: Caller, install: Install
) -> None:
    for host in ("nowhere.invalid", f"{'x' * 64}.example"):
        answer = await client.get(f"/{await install(f'http://{host}/')}/", headers=ada.headers)
        assert answer.status_code == 502, host


async def test_a_host_is_allowed_on_its_port_or_on_all(upstream: Upstream) -> None:
    port = upstream.server_port
    async with name_servers() as names:
        for allowed in ({("127.0.0.1", port)}, {("127.0.0.1", None)}):
            network = PublicNetwork(frozenset(allowed), names)
            await (await network.connect_tcp("127.0.0.1", port)).aclose()
        for other in ({("127.0.0.1", port + 1)}, {("localhost", None)}):
            with pytest.raises(TargetRefused):
                await PublicNetwork(frozenset(other), names).connect_tcp("127.0.0.1", port)


async def test_it_connects_to_the_address_that_was_checked_and_asks_no_second_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected: list[str] = []

    async def connect_tcp(_: object, host: str, *__: object) -> httpcore.AsyncNetworkStream:
        connected.append(host)
        return httpcore.AsyncMockStream([])

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    with serving(NameServer({"rebinding.example": [["1.1.1.1"], ["127.0.0.1"]]})) as server:
        async with name_servers("127.0.0.1", port=server.port) as names:
            network = PublicNetwork(frozenset(), names)
            await network.connect_tcp("rebinding.example", 80)
            assert connected == ["1.1.1.1"]
            assert server.answers == {"rebinding.example": [["127.0.0.1"]]}
            with pytest.raises(TargetRefused):
                await network.connect_tcp("rebinding.example", 80)


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with serving(NameServer({"mixed.example": [["1.1.1.1", "10.0.0.1"]]})) as server:
        async with name_servers("127.0.0.1", port=server.port) as names:
            with pytest.raises(TargetRefused):
                await PublicNetwork(frozenset(), names).connect_tcp("mixed.example", 80)


async def test_names_that_nobody_answers_for_keep_no_other_from_being_looked_up() -> None:
    silent = [f"{number}.silent.example" for number in range(100)]
    with serving(NameServer({"quick.example": [["1.1.1.1"]]})) as server:
        async with name_servers("127.0.0.1", port=server.port) as names:
            slow = [asyncio.create_task(resolve(names, host, 80)) for host in silent]
            async with asyncio.timeout(30):
                while not set(silent) <= set(server.asked):
                    await asyncio.sleep(0.01)
            assert await resolve(names, "quick.example", 80) == [ip_address("1.1.1.1")]
            assert not any(task.done() for task in slow)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)
