"""Chat: accepting messages against a plain view, and many open streams."""

from __future__ import annotations

import asyncio
import itertools
import random
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles

from django.db import connection

from bench import processes
from bench.place import Place, Target
from bench.talking import ORIGIN, Line, Stream
from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.api.chat.streaming import MOST_CONNECTIONS
from synaptiq.conversations.models import Conversation
from synaptiq.kit.listening import NAME
from synaptiq.sites.models import Site

CLIENTS, SECONDS, RUNS = 16, 5.0, 3
VISITORS = 150_000
STREAMS, PER_SECOND, STREAM_SECONDS = 500, 20, 20.0

_tokens = itertools.count()


def measure(place: Place) -> list[Target]:
    """Both, with a web process of one worker, then accepting with two."""
    site = make_site(place.few)
    targets = []
    for workers in (1, 2):
        with web(workers) as (_, port):
            targets.append(_accepting(site, port, workers))
    with web(1) as (process, port):
        targets += asyncio.run(_streams(site, port))
        opened = asyncio.run(_ended_with_clients(site, port, process.send_signal, process.wait))
        targets.append(
            Target(f"SIGTERM with {STREAMS} streams open, until it ended", opened, 5, "s")
        )
    return targets


@contextmanager
def web(workers: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A web process and its port; it has the plain view too, and believes X-Forwarded-For."""
    with processes.web(
        "--workers", str(workers), DJANGO_SETTINGS_MODULE="bench.chat_settings",
        TRUSTED_PROXIES="127.0.0.1", CHAT_LIMIT="1000000",
    ) as (process, address):  # fmt: skip
        yield process, int(address.rpartition(":")[2])


def make_site(owner: Member) -> Site:
    """A site with visitors `vt_bench_N`, each with an open conversation that nobody waits in."""
    with acting_for(owner.account_id):
        site = Site.objects.create(name="bench", origins=[ORIGIN])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO sites_visitor
              (account_id, site_id, public_id, token_sha256, first_seen_at)
            SELECT %s, %s, 'vis_bench' || n, sha256(convert_to('vt_bench_' || n, 'UTF8')), now()
            FROM generate_series(0, %s) n
            """,
            [owner.account_id, site.pk, VISITORS],
        )
        cursor.execute(
            """
            INSERT INTO conversations_conversation
              (account_id, public_id, site_id, visitor_id, state, epoch, agent_version, agent_name,
               last_seq, last_sender, message_count, visitor_message_count, meeting_booked,
               with_person, is_test, is_spam, asked, answered, volunteered, scheduler_opened,
               slot_picked, active_seconds)
            SELECT account_id, 'conv_bench' || id, site_id, id, 'ai', 0, '', 'Ada', 0, 'ai', 0, 0,
              false, false, false, false, 0, 0, 0, false, false, 0
            FROM sites_visitor WHERE site_id = %s
            """,
            [site.pk],
        )
        cursor.execute("ANALYZE sites_visitor, conversations_conversation")
    return site


def _accepting(site: Site, port: int, workers: int) -> Target:
    with acting_for(site.account_id):
        one = Conversation.objects.filter(site=site).order_by("pk")[0].pk
    plain = f"/plain/{site.account_id}/{one}"

    async def accept(line: Line) -> None:
        await line.say(site.key, "We are 50 people", f"vt_bench_{next(_tokens)}")

    async def insert(line: Line) -> None:
        status, answer = await line.post(plain, b'{"text": "We are 50 people"}')
        assert status == 202, answer

    rates: dict[str, list[float]] = {"ours": [], "plain": []}
    asyncio.run(_rate(port, accept, seconds=1))
    asyncio.run(_rate(port, insert, seconds=1))
    for _ in range(RUNS):
        rates["plain"].append(asyncio.run(_rate(port, insert)))
        rates["ours"].append(asyncio.run(_rate(port, accept)))
    for name, found in rates.items():
        print(f"  {name}, {workers} workers: {', '.join(f'{rate:.0f}/s' for rate in found)}")
    ratio = median(ours / theirs for ours, theirs in zip(*rates.values(), strict=True))
    return Target(f"accepting against a plain view, {workers} workers", ratio, 0.5, "×", False)


async def _rate(
    port: int, act: Callable[[Line], Awaitable[None]], seconds: float = SECONDS
) -> float:
    lines = [Line(port, f"192.0.2.{number + 1}") for number in range(CLIENTS)]
    end = time.monotonic() + seconds

    async def client(line: Line) -> int:
        done = 0
        while time.monotonic() < end:
            await act(line)
            done += 1
        return done

    began = time.monotonic()
    done = sum(await asyncio.gather(*map(client, lines)))
    took = time.monotonic() - began
    for line in lines:
        line.close()
    return done / took


async def _opened(site: Site, port: int) -> list[Stream]:
    streams = [Stream(port, site.key, f"vt_bench_{next(_tokens)}") for _ in range(STREAMS)]
    for stream in streams:
        await stream.open()
    return streams


async def _streams(site: Site, port: int) -> list[Target]:
    chance = random.Random(7)
    streams = await _opened(site, port)
    lines = [Line(port, f"192.0.2.{number + 1}") for number in range(8)]
    times: list[float] = []

    async def one(number: int) -> None:
        stream = chance.choice(streams)
        text = f"message {number}"
        began = time.monotonic()
        async with locks[number % len(lines)]:
            await lines[number % len(lines)].say(site.key, text, stream.token)
        async with asyncio.timeout(30):
            # Of what comes to this stream, it must be the next or, of two at once, the one after.
            while (await stream.events.get())["text"] != text:
                strays.append(text)
        times.append(time.monotonic() - began)

    strays: list[str] = []
    locks = [asyncio.Lock() for _ in lines]
    tasks = []
    begin = time.monotonic()
    for number in range(int(STREAM_SECONDS * PER_SECOND)):
        await asyncio.sleep(max(0.0, begin + number / PER_SECOND - time.monotonic()))
        tasks.append(asyncio.create_task(one(number)))
    connections = await asyncio.to_thread(_connections)
    await asyncio.gather(*tasks)
    extra = sum(stream.events.qsize() for stream in streams) + len(strays)
    for stream in streams:
        stream.close()
    for line in lines:
        line.close()
    p95 = quantiles(times, n=20)[-1] * 1000
    print(f"  {STREAMS} streams, {len(times)} messages: median {median(times) * 1000:.1f} ms")
    return [
        Target(f"{STREAMS} streams, {PER_SECOND} messages/s, sent to seen, p95", p95, 100, "ms"),
        Target("events that reached another stream", extra, 0, ""),
        Target("database connections of the streams", connections, MOST_CONNECTIONS + 1, ""),
    ]


def _connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [NAME])
        found: int = cursor.fetchone()[0]
    return found


async def _ended_with_clients(
    site: Site, port: int, send: Callable[[int], None], wait: Callable[[float], int]
) -> float:
    """Seconds from SIGTERM to the end, with clients connected all the while."""
    streams = await _opened(site, port)
    began = time.monotonic()
    send(signal.SIGTERM)
    await asyncio.to_thread(wait, 60)
    took = time.monotonic() - began
    for stream in streams:
        stream.close()
    return took
