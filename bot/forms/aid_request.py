"""The request for aid 帮扶申请: what is asked, as data; what is possible the records say."""

from __future__ import annotations

from bot.forms import option_sets as sets
from bot.forms.kinds.amount import Amount
from bot.forms.kinds.choice import Choice
from bot.forms.kinds.photos import Photos
from bot.forms.kinds.pick import Pick
from bot.forms.kinds.text import Text
from bot.forms.model import Field, Form, When

# The lookups that answer for the records.
KINDS, SOURCES, AMOUNTS, REASON = "aid_kinds", "aid_sources", "aid_amounts", "aid_reason"
# Offer something where the rules want a reason for an exception.
UNREVISITED, NO_VISIT = "earlier_not_revisited", "no_recent_visit"
# Offers something where the papers of an emergency are to be filed without a picture.
NO_PAPERS = "no_papers"
PAPERS_MOST = 9
SENTENCE_CHARACTERS = 300

FORM = Form(
    slug="aid",
    version=1,
    fields=(
        Field("kind", Pick(KINDS), follows=KINDS),
        Field("source", Pick(SOURCES), follows=SOURCES),
        Field("amount", Amount(AMOUNTS, limit_fen=sets.YEARLY_LIMIT_FEN), follows=AMOUNTS),
        Field("reason", Text(source=REASON)),
        Field("papers", Photos(most=PAPERS_MOST), optional=True),
        Field("no_papers", Choice(("YES",)), when=(When(f"@{NO_PAPERS}"),)),
        Field("unrevisited_reason", Text(limit=SENTENCE_CHARACTERS), when=(When(f"@{UNREVISITED}"),)),
        Field("no_visit_reason", Text(limit=SENTENCE_CHARACTERS), when=(When(f"@{NO_VISIT}"),)),
    ),
    # Nobody needs an opening card: the first question is the kind.
    short=(When("kind", negate=True),),
    quote="reason",
    repeats=False,
)
