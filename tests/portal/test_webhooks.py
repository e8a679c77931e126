"""Webhooks: everything arrives, of each cadre in order, whatever is down and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from browsing import Serve
from calling import issue, program
from carrying_office import CADRES, HERE, START, Office, in_order
from portal.api.webhooks import MOST
from portal.store import Store
from portal.webhooks.addresses import Allowed, NotAllowed, target
from portal.webhooks.carrying import GIVEN_UP, backoff
from portal.webhooks.deliveries import Delivery
from portal.webhooks.endpoints import FORMER_LASTS, Webhook
from portal.webhooks.lease import LASTS, Lease
from portal.webhooks.sending import Sender, Tried
from portal.webhooks.signing import new_secret, signed
from receiver import Receiver
from suite.conftest import Up


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(f"sqlite:///{tmp_path / 'portal.sqlite'}")


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    made = Receiver(tmp_path / "receiver")
    yield made
    made.kill()


# --- the receiver is away -----------------------------------------------------------------------


async def test_a_receiver_killed_for_an_hour_gets_everything_once_it_is_back_in_order(
    office: Office, receiver: Receiver
) -> None:
    secret = office.subscribe(receiver.url).secret
    receiver.start(secret)
    office.record(*CADRES * 5)
    await office.carry()
    in_order(receiver, office)
    receiver.kill()
    for _ in range(6):
        office.record(*CADRES * 4)
        await office.later(timedelta(minutes=10), timedelta(seconds=30))
    assert office.standing.failing_since == START + timedelta(seconds=30)
    receiver.start(secret)
    await office.later(timedelta(minutes=16), timedelta(seconds=30))
    in_order(receiver, office)
    assert office.standing.failing_since is None
    ids = [one["id"] for one in receiver.taken]
    assert len(ids) == len(set(ids)) == len(office.ledger)


async def test_a_portal_restarted_meanwhile_passes_nothing_over(
    office: Office, receiver: Receiver
) -> None:
    secret = office.subscribe(receiver.url).secret
    office.record(*CADRES * 3)
    await office.carry()
    for _ in range(5):
        office.now += LASTS
        office.open(HERE)
        office.record(*CADRES)
        await office.later(timedelta(minutes=2), timedelta(seconds=20))
    receiver.start(secret)
    await office.later(timedelta(minutes=16), timedelta(minutes=1))
    in_order(receiver, office)


async def test_who_is_down_is_tried_less_and_less_often(office: Office, receiver: Receiver) -> None:
    office.subscribe(receiver.url)
    office.record("cb-1")
    tried: list[datetime] = []
    while not tried or tried[-1] < START + timedelta(hours=2):
        await office.carry()
        tried.append(office.now)
        until = office.standing.paused_until
        assert until is not None
        assert office.standing.failures == len(tried)
        office.now = until - timedelta(seconds=1)
        await office.carry()
        assert office.standing.failures == len(tried)
        office.now = until
    gaps = [later - earlier for earlier, later in pairwise(tried)]
    assert gaps[:4] == [timedelta(seconds=s) for s in (5, 10, 20, 40)]
    assert gaps[-1] == max(gaps) == timedelta(minutes=15)
    assert [backoff(n).total_seconds() for n in (1, 2, 3, 100)] == [5, 10, 20, 900]


@pytest.mark.long
async def test_waiting_deliveries_are_bounded_and_the_ledger_keeps_the_rest(
    office: Office, receiver: Receiver
) -> None:
    secret = office.subscribe(receiver.url).secret
    office.record(*CADRES * 450)
    await office.later(timedelta(minutes=10), timedelta(minutes=1))
    assert 1000 <= office.deliveries.pending(office.webhook) <= 1200
    receiver.start(secret)
    await office.later(timedelta(minutes=16), timedelta(minutes=4))
    in_order(receiver, office)


# --- one delivery is not taken --------------------------------------------------------------------


async def test_a_delivery_that_is_refused_holds_back_its_cadre_and_no_other(
    office: Office, receiver: Receiver
) -> None:
    receiver.start(office.subscribe(receiver.url).secret)
    receiver.refuse("cb-2")
    office.record(*CADRES * 4)
    await office.later(timedelta(minutes=1), timedelta(seconds=5))
    assert {one["event"]["partitionkey"] for one in receiver.taken} == {"cb-1", "cb-3"}
    assert len(receiver.taken) == 8
    waiting = office.deliveries.list(office.webhook, "pending", None, 10)
    assert [one.attempts > 0 for one in waiting] == [False, False, False, True]
    assert waiting[-1].status == 500
    receiver.refuse()
    await office.later(timedelta(minutes=16), timedelta(minutes=1))
    in_order(receiver, office)


async def test_after_seven_days_the_endpoint_is_disabled_and_goes_on_where_it_stood(
    office: Office, receiver: Receiver
) -> None:
    receiver.start(office.subscribe(receiver.url).secret)
    receiver.refuse("cb-2")
    office.record(*CADRES * 2)
    await office.carry()
    await office.later(GIVEN_UP - timedelta(hours=4), timedelta(hours=4))
    assert office.standing.state == "active"
    await office.later(timedelta(hours=8), timedelta(hours=4))
    assert (office.standing.state, office.standing.why) == ("disabled", "not taken for 7 days")
    receiver.refuse()
    office.record(*CADRES)
    await office.later(timedelta(hours=8), timedelta(hours=4))
    assert "cb-2" not in {one["event"]["partitionkey"] for one in receiver.taken}
    office.endpoints.enable(office.webhook, office.now)
    office.deliveries.begin_anew(office.webhook, office.now)
    await office.carry()
    in_order(receiver, office)


class Killed(Exception):
    """The process ends here."""


class Cut(Sender):
    """Sends, and is killed before it hears the answer."""

    killed = 0

    async def send(self, webhook: Webhook, one: Delivery, body: bytes, now: datetime) -> Tried:
        found = await super().send(webhook, one, body, now)
        if not self.killed:
            self.killed += 1
            raise Killed
        return found


async def test_an_answer_that_was_lost_brings_the_delivery_again_under_the_same_id(
    office: Office, receiver: Receiver
) -> None:
    receiver.start(office.subscribe(receiver.url).secret)
    sender = Cut(HERE)
    office.open(HERE, sender)
    office.record("cb-1", "cb-1")
    with pytest.raises(Killed):
        await office.carry()
    office.now += LASTS
    office.open(HERE)
    await office.carry()
    assert sender.killed == 1
    first = f"{office.webhook}.visits.1"
    assert [one["id"] for one in receiver.taken] == [first, first, f"{office.webhook}.visits.2"]


async def test_a_receiver_that_answers_gone_is_told_nothing_more(office: Office) -> None:
    class Gone(Sender):
        async def send(self, *_: Any) -> Tried:
            return Tried(410)

    office.open(HERE, Gone(HERE))
    office.subscribe("http://127.0.0.1/gone")
    office.record("cb-1")
    await office.carry()
    assert office.standing.state == "disabled"


async def test_what_was_taken_can_be_carried_again(office: Office, receiver: Receiver) -> None:
    receiver.start(office.subscribe(receiver.url).secret)
    office.record("cb-1", "cb-2")
    await office.carry()
    assert office.deliveries.replay(office.webhook, "visits", 1, office.now)
    assert not office.deliveries.replay(office.webhook, "visits", 9, office.now)
    await office.carry()
    last = receiver.taken[-1]["id"]
    assert [one["id"] for one in receiver.taken].count(last) == 2


async def test_only_facts_of_the_types_chosen_are_carried(
    office: Office, receiver: Receiver
) -> None:
    receiver.start(office.subscribe(receiver.url, "visits.visit-voided").secret)
    office.record("cb-1", "cb-2")
    office.record("cb-1", type="visits.visit-voided.v1")
    office.record("cb-2", type="visits.visit-voided.v2")
    await office.carry()
    assert {one["event"]["sequence"] for one in receiver.taken} == {"3", "4"}
    assert len(receiver.taken) == 2
    assert office.endpoints.positions(office.webhook) == {"visits": 4}


# --- the store ------------------------------------------------------------------------------------


def test_deliveries_and_cursor_move_together_and_once(office: Office) -> None:
    office.subscribe("http://127.0.0.1/")
    office.record("cb-1", "cb-2")
    make = office.deliveries.make
    assert make(office.webhook, "visits", 0, 2, office.ledger, START)
    assert not make(office.webhook, "visits", 0, 2, office.ledger, START)
    assert office.deliveries.pending(office.webhook) == 2
    with pytest.raises(KeyError):
        make(office.webhook, "visits", 2, 3, [{"sequence": "3"}], START)
    assert office.endpoints.positions(office.webhook) == {"visits": 2}


def test_of_several_processes_one_carries(tmp_path: Path) -> None:
    one, two = (Lease(Store(f"sqlite:///{tmp_path / 's.sqlite'}")) for _ in range(2))
    assert one.hold(START)
    assert not two.hold(START + LASTS - timedelta(seconds=1))
    assert one.hold(START + LASTS - timedelta(seconds=1))
    assert not two.hold(START + LASTS)
    assert two.hold(START + 2 * LASTS)
    assert not one.hold(START + 2 * LASTS)
    two.release(START + 2 * LASTS)
    assert one.hold(START + 2 * LASTS)


# --- signatures and addresses ---------------------------------------------------------------------


def test_signatures_are_those_of_standard_webhooks() -> None:
    secret, body = new_secret(), '{"tên":"Đoàn"}'.encode()
    now = datetime.now(UTC)
    headers = signed([secret], "wh_1.visits.1", int(now.timestamp()), body)
    assert Verifier(secret).verify(body, headers) == {"tên": "Đoàn"}
    expected = Verifier(secret).sign("wh_1.visits.1", now, body.decode())
    assert headers["webhook-signature"] == expected


async def test_while_a_secret_is_changed_both_sign_for_a_day(
    office: Office, receiver: Receiver
) -> None:
    former = office.subscribe(receiver.url).secret
    office.endpoints.renew(office.webhook, office.now)
    assert office.standing.secret != former
    receiver.start(former)
    office.record("cb-1")
    await office.carry()
    assert len(receiver.taken) == 1
    receiver.kill()
    receiver.start(office.standing.secret)
    office.record("cb-2")
    await office.carry()
    assert len(receiver.taken) == 2
    receiver.kill()
    receiver.start(former)
    office.now += FORMER_LASTS
    office.record("cb-3")
    await office.carry()
    assert len(receiver.taken) == 2
    [waiting] = office.deliveries.list(office.webhook, "pending", None, 10)
    assert waiting.status == 400


@pytest.mark.parametrize(
    "url",
    [
        "http://hr.example.vn/hook",
        "ftp://hr.example.vn/hook",
        "https://user:secret@hr.example.vn/",
        "https://hr.example.vn/#part",
        "https://",
        "//hr.example.vn",
        "https://hr.example.vn:0/",
        "https://hr.example.vn:99999/",
        "https://hr.example.vn/a b",
        "https://đoàn.vn/",
    ],
)
async def test_only_https_and_whole_urls_are_taken(url: str) -> None:
    with pytest.raises(NotAllowed):
        await target(url, Allowed(), _to("93.184.216.34"))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fec0::1",
        "64:ff9b:1::1",
        "64:ff9b:1::5db8:d822",
        "::ffff:0:93.184.216.34",
        "::ffff:0:10.1.2.3",
        "::93.184.216.34",
        "::127.0.0.1",
        "192.88.99.1",
        "2002:c058:6301::",
        "3fff::1",
        "5f00::1",
        "100:0:0:1::1",
    ],
)
async def test_no_webhook_goes_to_an_address_of_our_own(address: str) -> None:
    with pytest.raises(NotAllowed):
        await target("https://hr.example.vn/hook", Allowed(), _to("93.184.216.34", address))
    there = await target("https://hr.example.vn/hook", Allowed(private=True), _to(address))
    assert there.name == "hr.example.vn"


@pytest.mark.parametrize(
    "address",
    ["2606:2800:220:1::1", "64:ff9b::5db8:d822", "2002:5db8:d822::", "::ffff:93.184.216.34"],
)
async def test_webhooks_go_to_public_addresses_also_by_way_of_ipv6(address: str) -> None:
    there = await target("https://hr.example.vn/hook", Allowed(), _to(address))
    assert there.name == "hr.example.vn"


async def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    there = await target("https://hr.example.vn/hook?a=1", Allowed(), _to("93.184.216.34"))
    assert there.url == "https://93.184.216.34:443/hook?a=1"
    assert (there.host, there.name) == ("hr.example.vn", "hr.example.vn")
    six = await target("https://hr.example.vn:8443/", Allowed(), _to("2606:2800:220:1::1"))
    assert six.url == "https://[2606:2800:220:1::1]:8443/"


def _to(*addresses: str) -> Any:
    async def resolve(host: str, port: int) -> Collection[str]:
        return addresses

    return resolve


# --- the whole ------------------------------------------------------------------------------------


async def test_a_program_is_told_of_inputs_as_they_are_issued(
    serve: Serve, suite: Up, receiver: Receiver
) -> None:
    portal = await serve(webhook_http="127.0.0.1", webhook_private=True)
    client = await program(portal, "webhooks:manage", "events:read", name="told")
    types = ["appraisal.input-issued", "appraisal.input-reissued"]
    wanted = {"url": receiver.url, "subscriptions": [{"service": "appraisal", "types": types}]}
    made = await client.post("/webhooks", json=wanted)
    assert made.status_code == 201, made.text
    receiver.start(made.json()["secret"])
    position = await issue(suite.nats, "cb-0044")
    async with asyncio.timeout(60):
        while not receiver.taken:  # noqa: ASYNC110 — another process's file
            await asyncio.sleep(0.1)
    [told] = receiver.taken
    assert told["id"] == f"{made.json()['webhook']}.appraisal.{position}"
    assert told["event"]["data"]["cadre"] == "cb-0044"
    listed = await client.get(f"{made.headers['location']}/deliveries".removeprefix("/api/v1"))
    assert [(one["position"], one["status"]) for one in listed.json()["data"]] == [(position, 200)]
    stranger = await program(portal, "webhooks:manage", "events:read", name="another")
    address = made.headers["location"].removeprefix("/api/v1")
    renewed = await client.post(f"{address}/secret")
    assert renewed.json()["secret"] not in ("", made.json()["secret"])
    assert renewed.headers["cache-control"] == "no-store"
    assert (await stranger.post(f"{address}/secret")).status_code == 404
    assert (await stranger.get(address)).status_code == 404
    assert (await client.delete(address)).status_code == 204
    assert (await client.get(address)).status_code == 404


async def test_a_private_address_is_refused_when_it_is_registered(serve: Serve) -> None:
    portal = await serve(webhook_http="127.0.0.1")
    client = await program(portal, "webhooks:manage", "events:read")
    wanted = {"url": "http://127.0.0.1:1/", "subscriptions": [{"service": "visits"}]}
    answer = await client.post("/webhooks", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (422, "webhook-refused")


async def test_what_could_never_be_told_is_refused_when_it_is_registered(serve: Serve) -> None:
    portal = await serve(webhook_http="127.0.0.1", webhook_private=True)
    client = await program(portal, "webhooks:manage", "events:read")
    head = (await client.get("/events?service=visits&limit=1")).json()["head"]

    async def asked(**subscribed: Any) -> tuple[int, Any]:
        wanted = {"url": "http://127.0.0.1:1/", "subscriptions": [subscribed]}
        answer = await client.post("/webhooks", json=wanted)
        return answer.status_code, answer.json().get("about")

    for service, type in (
        ("planning", "visits.visit-logged"),
        ("appraisal", "planning.cadre-appointed.v1"),
        ("visits", "privacy.person-erased.v1"),
        ("visits", "visits.nothing"),
    ):
        status, about = await asked(service=service, types=[type])
        assert (status, about["types"]) == (422, [type])
    for service, type in (
        ("planning", "privacy.person-erased"),
        ("visits", "visits.visit-logged.v1"),
        ("visits", "rights.access-denied"),
    ):
        assert (await asked(service=service, types=[type]))[0] == 201
    status, about = await asked(service="visits", after=head + 1)
    assert (status, about["head"]) == (422, head)
    assert (await asked(service="visits", after=head))[0] == 201


async def test_a_program_has_so_many_endpoints_and_no_more(serve: Serve) -> None:
    portal = await serve(webhook_http="127.0.0.1", webhook_private=True)
    client = await program(portal, "webhooks:manage", "events:read", name="many")
    wanted = {"url": "http://127.0.0.1:1/", "subscriptions": [{"service": "visits", "after": 0}]}
    made = [await client.post("/webhooks", json=wanted) for _ in range(MOST)]
    assert {one.status_code for one in made} == {201}
    refused = await client.post("/webhooks", json=wanted)
    assert (refused.status_code, refused.json()["about"]["most"]) == (422, MOST)
    other = await program(portal, "webhooks:manage", "events:read", name="another")
    assert (await other.post("/webhooks", json=wanted)).status_code == 201
    assert (await client.delete(f"/webhooks/{made[0].json()['webhook']}")).status_code == 204
    assert (await client.post("/webhooks", json=wanted)).status_code == 201
