"""All forms, by slug."""

from __future__ import annotations

from bot.forms import aid_request, home_visit, revisit

FORMS = {form.slug: form for form in (home_visit.FORM, revisit.FORM, aid_request.FORM)}
