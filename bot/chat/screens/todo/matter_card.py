"""The words of an opened office matter, and why it is shown at all."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.chat.screens.parts.pages import clipped, fitted
from bot.chat.screens.rule import rule_words
from bot.reminders import matter_words
from bot.texts import formats
from storage import campaign_figures
from storage.codes import CampaignKind, ReportKind
from storage.due import policies
from storage.office.matter import state_on
from storage.office.matters_read import LEFT_DAYS
from storage.rules import REVIEW_FROM

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.office.campaigns import CampaignCard
    from storage.office.matters import Matter

# The rule of the union behind a kind of matter; a campaign has one of its own.
RULES = {
    "draft": "drafts",
    "approval": "approval",
    "publicity": "publicity",
    "papers": "aid.file_by",
    "batch": "approval",
    "budget": "approval",
}


def text(talk: Talk, matter: Matter) -> str:
    """A draft, a publication or a paper: what it is, since when, until when; a request has its own card."""
    words, home = talk.words, matter.household
    head = words.say(
        "matters.head",
        what=matter_words.title(matter, words),
        name=clipped(home.name) if home else "",
        file_no=home.file_no if home else "",
        union=clipped(home.union_name) if home else "",
    )
    said: str = "draft_own" if matter.assignee_id == talk.person.id else matter.kind
    if matter.slug == ReportKind.AID:
        said = f"{said}_aid"
    line = words.say(
        f"matters.said.{said}",
        author=clipped(matter.assignee_name or ""),
        number=matter.payment_no or "",
        since=formats.day(words, matter.since, talk.today),
        until=formats.day(words, matter.due_on, talk.today),
    )
    if matter.kind == "draft":
        return fitted([head, line])
    kind = "publicity_" if matter.kind == "publicity" else ""
    return fitted([head, line, _until(talk, f"{kind}{matter.state}", matter.due_on)])


def why(talk: Talk, matter: Matter) -> str:
    """Which rule of the union it follows, its days, and what stops it."""
    rule = RULES[matter.kind]
    what = matter_words.title(matter, talk.words)
    return _why(talk, matter.kind, what, (matter.union_id, rule), (matter.since, matter.due_on))


def campaign_text(talk: Talk, card: CampaignCard) -> str:
    """A campaign: what is to be done, what is on record, until when, or who said that it is done."""
    words, campaign = talk.words, card.campaign
    what = words.plain(f"codes.campaign.{campaign.kind}")
    lines = [
        words.say("matters.head_campaign", what=what, union=clipped(card.union_name, 60)),
        words.say(f"matters.task.{campaign.kind}"),
        _figures(talk, card),
    ]
    if card.done_by is not None and card.done_at is not None:
        at = formats.moment(words, card.done_at, talk.tx.zone, talk.today)
        return fitted([*lines, words.say("matters.done_by", name=clipped(card.done_by), at=at)])
    kind = "festival_" if campaign.kind == CampaignKind.SPRING_LIST else ""
    return fitted([*lines, _until(talk, f"{kind}{state_on(talk.today, campaign.due_on)}", campaign.due_on)])


def why_campaign(talk: Talk, card: CampaignCard) -> str:
    """Which rule of the union a campaign follows, its days, and what stops it."""
    campaign = card.campaign
    what = talk.words.plain(f"codes.campaign.{campaign.kind}")
    rule = (card.union_id, f"campaign.{campaign.kind}")
    return _why(talk, "campaign", what, rule, (campaign.opens_on, campaign.due_on))


def _until(talk: Talk, state: str, due_on: date) -> str:
    until = formats.day(talk.words, due_on, talk.today)
    return talk.words.say(f"matters.until.{state}", until=until, count=(talk.today - due_on).days)


def _figures(talk: Talk, card: CampaignCard) -> str:
    words, year = talk.words, card.campaign.year
    figures = campaign_figures.of(talk.tx, card.campaign.kind, year, card.union_id)
    begins = formats.day(words, date(year, *REVIEW_FROM), talk.today)
    return words.say(
        f"matters.figures.{card.campaign.kind}",
        count=figures.on_file,
        standard=_money(talk, figures.standard_fen),
        times=figures.given_times or 0,
        given=_money(talk, figures.given_fen),
        checked=figures.checked or 0,
        since=begins,
        year=str(year),
        budget=_money(talk, figures.budget_fen),
        spent=_money(talk, figures.spent_fen),
    )


def _money(talk: Talk, fen: int | None) -> str:
    return talk.words.plain("matters.no_figure") if fen is None else formats.money(talk.words, fen)


def _why(talk: Talk, kind: str, what: str, rule: tuple[int, str], days: tuple[date, date]) -> str:
    words, (union_id, key) = talk.words, rule
    setting = policies.settings(talk.tx, union_id).get(key)
    told = words.say(
        f"matters.why.{kind}", days=int(str(policies.of(talk.tx, union_id).values[key])), left=LEFT_DAYS
    )
    set_by = rule_words.set_by(words, setting, talk.today, talk.tx.zone)
    since, until = (formats.day(words, day, talk.today) for day in days)
    lines = [
        words.say("matters.why.title", what=what),
        words.say("rules.line_set", rule=told, set_by=set_by),
        words.say("matters.why.days", since=since, until=until),
        words.say(f"matters.why.stops_{kind}"),
    ]
    return fitted(lines)
