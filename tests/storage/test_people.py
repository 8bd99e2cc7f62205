"""People, their scope, and how they come and go."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select, text

from storage import numbers
from storage.codes import PersonState, Role
from storage.errors import (
    AlreadyJoined,
    InvitationInvalid,
    LastAdmin,
    NameAmbiguous,
    NameUnknown,
    NotAllowed,
    NotFound,
)
from storage.members import invitations, membership, people
from storage.members.people import GREETINGS, PEOPLE
from tests.storage import union

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction
    from storage.members.people import Person
    from tests.clock import FakeClock


def admin_of(tx: Transaction) -> Person:
    found = people.find(tx, union.ADMIN)
    assert found is not None
    return found


def join(database: Database, code: str, telegram_id: int, name: str = "张东") -> Person:
    return database.transact(invitations.join, code, telegram_id=telegram_id, first_name=name)


def people_count(tx: Transaction) -> int:
    return tx.connection.execute(select(func.count()).select_from(PEOPLE)).scalar_one()


def test_a_cadre_sees_their_branch_alone_and_an_officer_everything_below(database: Database) -> None:
    unions = database.transact(union.found)
    cadre = database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)
    officer = database.transact(union.joined, union.OFFICER, Role.OFFICER, unions.top)
    assert frozenset({unions.office}) == cadre.scope
    assert frozenset({unions.top, unions.office, unions.boiler}) == officer.scope


def test_being_an_admin_as_well_opens_no_other_branch_s_files(database: Database) -> None:
    unions = database.transact(union.found)
    cadre = database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)
    database.transact(membership.grant, cadre.id, [Role.ADMIN], unions.top)
    both = database.transact(people.get, cadre.id)
    assert frozenset({unions.office}) == both.scope
    assert frozenset({unions.top, unions.office, unions.boiler}) == both.charge


def test_two_roles_add_up_to_one_scope(database: Database) -> None:
    unions = database.transact(union.found)
    cadre = database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)
    database.transact(membership.grant, cadre.id, [Role.AUDITOR], unions.boiler)
    both = database.transact(people.get, cadre.id)
    assert frozenset({Role.CADRE, Role.AUDITOR}) == both.roles
    assert frozenset({unions.office, unions.boiler}) == both.scope


def test_the_tenth_union_is_not_below_the_first(database: Database) -> None:
    unions = database.transact(union.found)

    def with_many(tx: Transaction) -> Person:
        for number in range(20):
            membership.ensure_union(tx, f"第{number}分会")
        return union.joined(tx, union.OFFICER, Role.OFFICER, unions.office)

    assert frozenset({unions.office}) == database.transact(with_many).scope


def test_finding_somebody_takes_at_most_two_statements(database: Database) -> None:
    unions = database.transact(union.found)
    database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)
    database.transact(union.joined, union.OFFICER, Role.OFFICER, unions.top)
    statements: list[str] = []

    def counted(tx: Transaction, telegram_id: int) -> int:
        statements.clear()
        people.find(tx, telegram_id)
        return len(statements)

    event.listen(
        database.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]), named=False
    )
    assert 1 == database.transact(counted, union.CADRE)
    assert 2 == database.transact(counted, union.OFFICER)
    assert 1 == database.transact(counted, 999)


def test_a_stranger_is_nobody(database: Database) -> None:
    database.transact(union.found)
    assert database.transact(people.find, 4242) is None
    with pytest.raises(NotFound):
        database.transact(people.get, 4242)


def test_holders_are_those_whose_role_reaches_the_union(database: Database) -> None:
    unions = database.transact(union.found)
    cadre = database.transact(union.joined, 1, Role.CADRE, unions.office)
    database.transact(union.joined, 2, Role.CADRE, unions.boiler)
    top_officer = database.transact(union.joined, 3, Role.OFFICER, unions.top)
    own_officer = database.transact(union.joined, 4, Role.OFFICER, unions.office)
    database.transact(union.joined, 5, Role.OFFICER, unions.boiler)
    assert [cadre] == database.transact(people.holders, Role.CADRE, unions.office)
    assert [] == database.transact(people.holders, Role.CADRE, unions.top)
    assert [top_officer, own_officer] == database.transact(people.holders, Role.OFFICER, unions.office)


def test_holders_leave_out_those_who_have_not_joined(database: Database) -> None:
    unions = database.transact(union.found)
    database.transact(membership.register, name="昌洋佳", union_id=unions.office)
    assert [] == database.transact(people.holders, Role.CADRE, unions.office)


def test_colleagues_are_of_the_own_branch_and_above_joined_or_not(database: Database) -> None:
    unions = database.transact(union.found)
    cadre = database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)
    database.transact(membership.register, name="昌洋佳", union_id=unions.office)
    database.transact(membership.register, name="蒋立", union_id=unions.boiler)
    assert ["管理员", "昌洋佳"] == [one.name for one in database.transact(people.colleagues, cadre)]


def test_a_language_stays_chosen(database: Database) -> None:
    unions = database.transact(union.found)
    cadre = database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)
    database.transact(people.set_language, cadre.id, "en")
    assert "en" == database.transact(people.get, cadre.id).language


def test_a_blocked_chat_is_marked_once_and_forgotten_when_reachable(
    database: Database, clock: FakeClock
) -> None:
    database.transact(union.found)

    def blocked_at(tx: Transaction) -> object:
        return tx.connection.execute(
            select(PEOPLE.c.blocked_at).where(PEOPLE.c.telegram_id == union.ADMIN)
        ).scalar_one()

    first = clock.now
    database.transact(people.mark_blocked, union.ADMIN)
    clock.advance(hours=1)
    database.transact(people.mark_blocked, union.ADMIN)
    assert first == database.transact(blocked_at)
    database.transact(people.mark_reachable, union.ADMIN)
    assert database.transact(blocked_at) is None


def test_a_code_fits_a_telegram_link_and_is_not_kept(database: Database) -> None:
    unions = database.transact(union.found)
    invited = database.transact(invitations.invite, roles=[Role.CADRE], union_id=unions.office)
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", invited.code)
    kept = database.transact(
        lambda tx: tx.connection.execute(text("SELECT * FROM invitations")).one()._mapping
    )
    assert invited.code not in str(dict(kept))
    assert invited.code.encode() not in bytes(kept["code_fingerprint"])


def test_a_code_works_once(database: Database) -> None:
    unions = database.transact(union.found)
    code = database.transact(invitations.invite, roles=[Role.CADRE], union_id=unions.office).code
    assert "张东" == join(database, code, 1).name
    with pytest.raises(InvitationInvalid):
        join(database, code, 2)
    assert database.transact(people.find, 2) is None


def test_of_many_who_use_a_code_at_once_one_gets_in(
    database: Database, open_again: Callable[[], Database]
) -> None:
    unions = database.transact(union.found)
    code = database.transact(invitations.invite, roles=[Role.CADRE], union_id=unions.office).code
    doors = [database, open_again()]

    def attempt(telegram_id: int) -> bool:
        try:
            join(doors[telegram_id % 2], code, telegram_id)
        except InvitationInvalid:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert 1 == sum(pool.map(attempt, range(1, 17)))
    assert 2 == database.transact(people_count)


def test_a_code_expires_after_seven_days(database: Database, clock: FakeClock) -> None:
    unions = database.transact(union.found)
    invited = database.transact(invitations.invite, roles=[Role.CADRE], union_id=unions.office)
    assert clock.now + timedelta(days=7) == invited.expires_at
    clock.advance(days=7)
    with pytest.raises(InvitationInvalid):
        join(database, invited.code, 1)


@pytest.mark.parametrize("code", ["", "x", "a" * 64, "'; DROP TABLE people; --", "码"])
def test_an_unknown_code_is_invalid(database: Database, code: str) -> None:
    database.transact(union.found)
    with pytest.raises(InvitationInvalid):
        join(database, code, 1)


def test_who_has_joined_already_leaves_the_code_unused(database: Database) -> None:
    unions = database.transact(union.found)
    code = database.transact(invitations.invite, roles=[Role.CADRE], union_id=unions.office).code
    with pytest.raises(AlreadyJoined):
        join(database, code, union.ADMIN)
    assert "李四" == join(database, code, 2, "李四").name


def test_a_named_invitation_joins_the_person_of_the_register(database: Database) -> None:
    unions = database.transact(union.found)
    person_id = database.transact(membership.register, name="昌洋佳", union_id=unions.office)
    code = database.transact(invitations.invite, roles=[Role.OFFICER], name="昌洋佳").code
    person = join(database, code, 7, "Jia")
    assert person_id == person.id
    assert "昌洋佳" == person.name
    assert frozenset({Role.CADRE, Role.OFFICER}) == person.roles
    assert frozenset({unions.office}) == person.scope


def test_a_name_must_be_known_once_and_not_joined_yet(database: Database) -> None:
    unions = database.transact(union.found)
    with pytest.raises(NameUnknown):
        database.transact(invitations.invite, roles=[Role.CADRE], name="无人")
    for union_id in (unions.office, unions.boiler):
        database.transact(membership.register, name="张伟", union_id=union_id)
    with pytest.raises(NameAmbiguous) as refused:
        database.transact(invitations.invite, roles=[Role.CADRE], name="张伟")
    assert 2 == refused.value.details["count"]
    code = database.transact(invitations.invite, roles=[Role.CADRE], name="张伟", union_id=unions.office).code
    assert "机关分会" == join(database, code, 7).union_name
    with pytest.raises(AlreadyJoined):
        database.transact(invitations.invite, roles=[Role.CADRE], name="张伟", union_id=unions.office)


def test_two_codes_for_one_name_let_one_account_in(database: Database) -> None:
    unions = database.transact(union.found)
    database.transact(membership.register, name="昌洋佳", union_id=unions.office)
    codes = [database.transact(invitations.invite, roles=[Role.CADRE], name="昌洋佳").code for _ in range(2)]
    join(database, codes[0], 7)
    with pytest.raises(InvitationInvalid):
        join(database, codes[1], 8)
    assert database.transact(people.find, 8) is None


def test_only_an_admin_invites_and_only_within_their_scope(database: Database) -> None:
    unions = database.transact(union.found)
    cadre = database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)
    branch_admin = database.transact(union.joined, 9, Role.ADMIN, unions.office)
    with pytest.raises(NotAllowed):
        database.transact(invitations.invite, roles=[Role.CADRE], union_id=unions.office, created_by=cadre)
    for elsewhere in (unions.top, unions.boiler, 999, None):
        with pytest.raises(NotFound):
            database.transact(
                invitations.invite, roles=[Role.CADRE], union_id=elsewhere, created_by=branch_admin
            )
    with pytest.raises(NotAllowed):
        database.transact(invitations.invite, roles=[], union_id=unions.office, created_by=branch_admin)
    database.transact(invitations.invite, roles=[Role.CADRE], union_id=unions.office, created_by=branch_admin)


def test_an_invitation_to_an_unknown_union_is_refused(database: Database) -> None:
    database.transact(union.found)
    with pytest.raises(NotFound):
        database.transact(invitations.invite, roles=[Role.CADRE], union_id=999)


def test_a_removal_acts_at_the_next_look(database: Database) -> None:
    unions = database.transact(union.found)
    cadre = database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)
    database.transact(lambda tx: membership.remove(tx, admin_of(tx), cadre.id))
    assert database.transact(people.find, union.CADRE) is None
    assert frozenset() == database.transact(people.get, cadre.id).scope
    with pytest.raises(NotFound):
        database.transact(lambda tx: membership.remove(tx, admin_of(tx), cadre.id))


def test_the_account_of_somebody_removed_can_join_again(database: Database) -> None:
    unions = database.transact(union.found)
    cadre = database.transact(union.joined, union.CADRE, Role.OFFICER, unions.top)
    database.transact(lambda tx: membership.remove(tx, admin_of(tx), cadre.id))
    code = database.transact(invitations.invite, roles=[Role.CADRE], name="张东").code
    back = join(database, code, union.CADRE)
    assert cadre.id == back.id
    assert frozenset({Role.CADRE}) == back.roles


def test_a_removed_admin_s_open_codes_open_nothing(database: Database) -> None:
    unions = database.transact(union.found)
    second = database.transact(union.joined, 9, Role.ADMIN, unions.top)
    code = database.transact(
        invitations.invite, roles=[Role.ADMIN], union_id=unions.top, created_by=second
    ).code
    database.transact(lambda tx: membership.remove(tx, admin_of(tx), second.id))
    with pytest.raises(InvitationInvalid):
        join(database, code, 9)


def test_the_last_admin_stays(database: Database) -> None:
    unions = database.transact(union.found)
    with pytest.raises(LastAdmin):
        database.transact(lambda tx: membership.remove(tx, admin_of(tx), admin_of(tx).id))
    database.transact(union.joined, 9, Role.ADMIN, unions.top)
    database.transact(lambda tx: membership.remove(tx, admin_of(tx), admin_of(tx).id))
    assert database.transact(people.find, union.ADMIN) is None


def test_only_an_admin_removes_and_only_within_their_scope(database: Database) -> None:
    unions = database.transact(union.found)
    cadre = database.transact(union.joined, union.CADRE, Role.CADRE, unions.boiler)
    officer = database.transact(union.joined, union.OFFICER, Role.OFFICER, unions.top)
    branch_admin = database.transact(union.joined, 9, Role.ADMIN, unions.office)
    with pytest.raises(NotAllowed):
        database.transact(membership.remove, officer, cadre.id)
    with pytest.raises(NotFound):
        database.transact(membership.remove, branch_admin, cadre.id)
    with pytest.raises(NotFound):
        database.transact(membership.remove, branch_admin, 999)


def test_the_first_admins_are_made_once(database: Database) -> None:
    for _ in range(2):
        database.transact(membership.ensure_admins, [1001, 1002], union_name="开远公司工会", name="管理员")
    assert 2 == database.transact(people_count)
    first = database.transact(people.find, 1001)
    assert first is not None
    assert "开远公司工会" == first.union_name
    assert frozenset({Role.ADMIN}) == first.roles


def test_somebody_named_an_admin_keeps_their_other_roles(database: Database) -> None:
    unions = database.transact(union.found)
    database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)
    database.transact(membership.ensure_admins, [union.CADRE], union_name="x", name="x")
    person = database.transact(people.find, union.CADRE)
    assert person is not None
    assert frozenset({Role.CADRE, Role.ADMIN}) == person.roles
    assert "张东" == person.name


def test_a_union_is_made_once_below_the_top(database: Database) -> None:
    unions = database.transact(union.found)
    assert unions.office == database.transact(membership.ensure_union, "机关分会")
    assert unions.top == database.transact(membership.ensure_union, "开远公司工会")


def test_the_register_holds_a_name_once_per_union(database: Database) -> None:
    unions = database.transact(union.found)
    first = database.transact(membership.register, name="昌洋佳", union_id=unions.office)
    assert first == database.transact(membership.register, name="昌洋佳", union_id=unions.office)
    assert first != database.transact(membership.register, name="昌洋佳", union_id=unions.boiler)
    state = database.transact(
        lambda tx: tx.connection.execute(select(PEOPLE.c.state).where(PEOPLE.c.id == first)).scalar_one()
    )
    assert PersonState.REGISTERED == state


def test_a_chat_is_greeted_once(database: Database) -> None:
    assert database.transact(people.greet_once, 5)
    assert not database.transact(people.greet_once, 5)
    assert database.transact(people.greet_once, 6)


def test_greetings_are_bounded(database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "GREETINGS_KEPT", 3)
    for chat_id in range(10):
        clock.advance(seconds=1)
        assert database.transact(people.greet_once, chat_id)
    kept = database.transact(
        lambda tx: (
            tx.connection.execute(select(GREETINGS.c.chat_id).order_by(GREETINGS.c.chat_id)).scalars().all()
        )
    )
    assert [7, 8, 9] == kept


def test_numbers_run_on_by_series_and_year(database: Database) -> None:
    def three(tx: Transaction) -> list[str]:
        return [
            numbers.next_number(tx, "ZF", 2017),
            numbers.next_number(tx, "ZF", 2017),
            numbers.next_number(tx, "HF", 2017),
            numbers.next_number(tx, "ZF", 2018),
        ]

    assert ["ZF-2017-000001", "ZF-2017-000002", "HF-2017-000001", "ZF-2018-000001"] == database.transact(
        three
    )


def test_a_number_of_work_undone_is_given_again(database: Database) -> None:
    def undone(tx: Transaction) -> None:
        numbers.next_number(tx, "ZF", 2017)
        raise NotFound

    with pytest.raises(NotFound):
        database.transact(undone)
    assert "ZF-2017-000001" == database.transact(numbers.next_number, "ZF", 2017)


def test_no_number_is_given_twice_at_once(database: Database, open_again: Callable[[], Database]) -> None:
    doors = [database, open_again()]
    with ThreadPoolExecutor(8) as pool:
        given = list(
            pool.map(lambda turn: doors[turn % 2].transact(numbers.next_number, "ZF", 2017), range(40))
        )
    assert 40 == len(set(given))
    assert "ZF-2017-000040" == max(given)
