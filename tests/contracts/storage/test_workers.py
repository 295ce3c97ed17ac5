"""Workers: signs of life, and what a dead worker held."""

from __future__ import annotations

from datetime import timedelta

from monitor.core.model import Delivery
from monitor.core.schedule.host_turns import HostTurn, TurnWish
from monitor.ports.values import Freed, Role, Worker
from tests.contracts.storage.conftest import COUNTY, LAW, Store
from tests.contracts.storage.test_outbox import Owing

ROLES: frozenset[Role] = frozenset({"check", "web"})
ONE, OTHER = (Worker(name, "machine", "1.2.3", ROLES) for name in ("one", "other"))
LEASE, SPACING = timedelta(minutes=10), timedelta(seconds=2)
HOSTS = {COUNTY.key: "county.example", LAW.key: "law.example"}


def sign(store: Store, worker: Worker) -> None:
    with store.unit_of_work.write() as work:
        work.workers.sign(worker, store.clock.now())


def workers(store: Store) -> list[Worker]:
    with store.unit_of_work.read() as work:
        return work.workers.all()


def free(store: Store, worker: Worker) -> Freed:
    with store.unit_of_work.write() as work:
        return work.workers.free(worker.id, store.clock.now())


def begin(store: Store, host: str, worker: Worker | None) -> bool:
    """Begin a turn at a host; return whether it could be begun."""
    wish = TurnWish(host, LEASE, "asker", worker.id if worker else None)
    with store.unit_of_work.write() as work:
        [found] = work.hosts.begin_turns([wish], store.clock.now(), SPACING)
    return isinstance(found, HostTurn)


def send(store: Store, outbox: Owing, worker: Worker) -> Delivery:
    (owed,) = outbox.owe(outbox.new(worker.id, store.event(len(worker.id))))
    with store.unit_of_work.write() as work:
        delivery = work.outbox.claim(owed, store.clock.now(), LEASE, worker.id)
    assert delivery is not None
    return delivery


def test_a_worker_is_known_from_its_first_sign_to_its_end(store: Store) -> None:
    began = store.clock.now()
    sign(store, ONE)
    later = store.clock.move(seconds=5)
    sign(store, OTHER)
    sign(store, ONE)
    assert workers(store) == [
        Worker("one", "machine", "1.2.3", ROLES, began, later),
        Worker("other", "machine", "1.2.3", ROLES, later, later),
    ]
    with store.unit_of_work.write() as work:
        work.workers.remove("one")
    assert [worker.id for worker in workers(store)] == ["other"]


def test_what_a_dead_worker_held_is_free_and_what_others_hold_is_not(store: Store) -> None:
    outbox = Owing(store)
    for worker, watch in ((ONE, COUNTY), (OTHER, LAW)):
        sign(store, worker)
        assert begin(store, HOSTS[watch.key], worker)
        assert store.claim(watch.key, force=True)
    with store.unit_of_work.read() as work:
        assert work.workers.hosts_of_others("one", store.clock.now()) == {HOSTS[LAW.key]}
        assert work.workers.turns(store.clock.now()) == {"one": 1, "other": 1}
    one, other = send(store, outbox, ONE), send(store, outbox, OTHER)
    assert free(store, ONE) == Freed(watches=1, hosts=1, deliveries=1)
    assert [worker.id for worker in workers(store)] == ["other"]
    now = store.clock.now()
    with store.unit_of_work.read() as work:
        assert work.outbox.due(now, 9) == [one.id]
    claim = store.claim(COUNTY.key)
    assert claim is not None
    assert claim.was_abandoned
    assert not store.claim(LAW.key)
    assert not begin(store, HOSTS[COUNTY.key], OTHER)  # the dead one may have asked a moment ago
    store.clock.move(seconds=SPACING.total_seconds())
    assert begin(store, HOSTS[COUNTY.key], OTHER)
    assert not begin(store, HOSTS[LAW.key], ONE)
    outbox.report("sent", other)


def test_a_turn_of_which_nobody_signs_runs_out_by_itself(store: Store) -> None:
    assert begin(store, "quiet.example", None)
    sign(store, ONE)
    assert free(store, ONE) == Freed(0, 0, 0)
    assert not begin(store, "quiet.example", OTHER)
