"""Whose roles open what of the oversight; what of it they see of a household is their scope's to say."""

from storage.codes import Role

# Who follows every entry, every exception and every look.
OVERSEERS = frozenset({Role.AUDITOR, Role.CHAIR})
# Who may have the ledger as a workbook.
LEDGER = OVERSEERS | {Role.TREASURER, Role.OFFICER}
# Who makes public what the fund did.
PUBLISHERS = frozenset({Role.OFFICER, Role.CHAIR})
