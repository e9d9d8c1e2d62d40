"""Commands over a network that loses, doubles and reorders: each is carried out once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bridge.app import Bridge
from tests.bridge.scenes import Client, run
from tests.relay import Mischief, Relay

CALLS = range(1, 13)
ASK_AGAIN_SECONDS = 0.2
MOST_TRIES = 200
ENDINGS = ("/legato/done", "/legato/fail", "/legato/cancelled")


def ended(client: Client, call: int) -> list[str]:
    return [address for address in ENDINGS if client.heard(address, call)]


async def insist(client: Client, call: int) -> None:
    """Send a call again and again, as a client may, until its ending comes."""
    for _ in range(MOST_TRIES):
        client.send("/legato/render", call, "song.mid", "seed", call, "play", 0)
        await asyncio.sleep(ASK_AGAIN_SECONDS)
        if ended(client, call):
            return
    raise AssertionError(f"call {call} never ended")


def test_a_command_that_is_sent_again_is_carried_out_once(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        there = Mischief(3, lose=0.3, double=0.2, reorder=0.2)
        back = Mischief(4, lose=0.3, double=0.2, reorder=0.2)
        with Relay(bridge.port, there, back) as relay:
            far = Client(relay.port)
            await far.open()
            await asyncio.gather(*(insist(far, call) for call in CALLS))
            endings = [ended(far, call) for call in CALLS]
            paths = {far.heard("/legato/done", call)[0][3] for call in CALLS}
            far.close()
        assert min(there.lost, there.doubled, back.lost, back.doubled) > 0
        assert endings == [["/legato/done"]] * len(CALLS)
        assert len(paths) == len(CALLS)
        takes = await asyncio.to_thread(bridge.takes.all)
        assert len(takes) == len(CALLS)
        assert {take.record.request.seed for take in takes} == set(CALLS)

    run(tmp_path, scene)
