"""What happens to a household: visits, payments, revisits, edits; exits, closings, pauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from storage.aid_codes import AidKind
from storage.columns import table_of
from storage.due import followups
from storage.members import people
from storage.reporting import revisits, visits
from storage.tables.dossiers import Household
from tests.reminders.months.doing import Doing
from tests.reminders.months.file_page import Report
from tests.reminders.months.rulebook import AGAIN, after
from tests.storage import casework

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from tests.reminders.months.file_page import FilePage

KINDS = ("LIVING", "SPRING", "JOB", "STUDY")


class ActsOnFiles(Doing):
    """Done in the product and noted on the household's page."""

    def visit(self) -> None:
        self._submit(None, casework.met(self.day_back()))

    def visit_that_names_a_day(self) -> None:
        ahead = after(self.world.today, self.dice.randint(1, 30)).isoformat()
        self._submit(None, casework.met(self.day_back(), next_visit=ahead))

    def miss(self) -> None:
        retry_on = self.dice.choice([None, after(self.world.today, self.dice.randint(1, 9))])
        self._submit(None, casework.missed(self.day_back(), retry_on))

    def revisit(self) -> None:
        self._submit(self.payment(), casework.went_back(self.day_back(), self.dice.choice(list(AGAIN))))

    def revisit_that_meets_nobody(self) -> None:
        self._submit(self.payment(), {"date": self.day_back().isoformat(), "met": "NOBODY"})

    def amend(self) -> None:
        file = self.file()
        standing = [one for one in file.reports if not one.undone]
        if not standing:
            return
        report = self.dice.choice(standing)
        answers = {**report.answers, "date": self.day_back().isoformat()}
        module = visits if report.aid_id is None else revisits
        if self.done(lambda tx: module.amend(tx, people.get(tx, report.by), report.id, answers)):
            report.answers = answers
            file.note_rule(report)
            self.world.refresh(file.id)

    def undo(self) -> None:
        file = self.file()
        if not file.reports:
            return
        report = file.reports[-1]
        module = visits if report.aid_id is None else revisits
        if self.done(lambda tx: module.undo(tx, people.get(tx, report.by), report.id)):
            report.undone = True
            self.world.refresh(file.id)

    def _submit(self, aid_id: str | None, answers: dict[str, object]) -> None:
        file = self.file(aid_id)
        by = self.reporter(file)
        self.number += 1
        report = Report(f"r{self.number}", aid_id, by, answers, self.world.now)
        said: dict[str, Any] = {"report_id": report.id, "answers": answers, "form_version": 1}

        def hand_in(tx: Transaction) -> None:
            if aid_id is None:
                visits.submit(tx, people.get(tx, by), household_id=file.id, **said)
            else:
                revisits.submit(tx, people.get(tx, by), aid_id=aid_id, **said)

        if answers.get("conclusion") is None and "conclusion" in answers:
            return
        if self.done(hand_in):
            file.note_rule(report)
            file.reports.append(report)
            self.world.refresh(file.id)

    def pay(self) -> None:
        file, paid_on = self.file(), self.day_back()
        self.number += 1
        aid_id, kind = f"a{self.number}", self.dice.choice(KINDS)

        def paid(tx: Transaction) -> None:
            casework.payment(tx, file.id, paid_on, aid_id=aid_id, kind=AidKind(kind))
            followups.refresh(tx, file.id)

        self.world.database.transact(paid)
        file.payments[aid_id] = (kind, paid_on)
        self.world.refresh(file.id)

    def leave_the_list(self) -> None:
        """Out of hardship: from now on the household is only looked after."""
        file = self.file()
        if file.state == "ACTIVE":
            file.state, file.monitor_from = "MONITOR", self.day_back()
            self._set(file, state="MONITOR", monitor_from=file.monitor_from)

    def close_the_file(self) -> None:
        file = self.file()
        file.state = "CLOSED"
        self._set(file, state="CLOSED", closed_on=self.world.today)

    def come_back(self) -> None:
        file = self.file()
        file.state = "ACTIVE"
        self._set(file, state="ACTIVE", closed_on=None)

    def pause(self) -> None:
        file = self.file()
        file.paused_until = after(self.world.today, self.dice.randint(1, 12))
        self._set(file, paused_until=file.paused_until)

    def wake(self) -> None:
        file = self.file()
        file.paused_until = None
        self._set(file, paused_until=None)

    def _set(self, file: FilePage, **columns: object) -> None:
        def change(tx: Transaction) -> None:
            table = table_of(Household)
            tx.connection.execute(update(table).where(table.c.id == file.id).values(**columns))
            followups.refresh(tx, file.id)

        self.world.database.transact(change)
        self.world.refresh(file.id)
