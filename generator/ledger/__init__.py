"""`<deck>.ledger.jsonl` <-> what was given out of a deck so far, so that nothing is ever given out twice.

`ledger` reads and writes the file; `released` says what students may have; `claims` finds the entry that each note
goes on with. Start with `ledger`.
"""
