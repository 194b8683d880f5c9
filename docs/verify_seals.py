"""Prove the seals of a journal with nothing but Python: no database, nothing of Cabas.

    manage.py export_journal --format sealed > journal.jsonl
    python docs/verify_seals.py journal.jsonl [ROOT]

Every line holds the SHA-256 of the line before it, so whoever has noted a root (`manage.py seal_journal` prints it) can
see whether one character before it was changed, added or taken away. Prints the balances that follow.
"""

import hashlib
import json
import sys
from collections import Counter

previous, roots, balances = "0" * 64, set(), Counter()
for number, line in enumerate(open(sys.argv[1], encoding="utf-8", newline="\n"), 1):
    line = line.rstrip("\n")
    before, key, *_about, postings = json.loads(line)
    if before != previous:
        sys.exit(f"Line {number} ({key}) does not follow the line before it.")
    previous = hashlib.sha256(line.encode()).hexdigest()
    roots.add(previous)
    for currency, amount, debit, credit in postings:
        balances[currency, debit] -= amount
        balances[currency, credit] += amount
if len(sys.argv) > 2 and sys.argv[2] not in roots:
    sys.exit("The root is not among these lines: something before it was changed.")
for (currency, account), balance in sorted(balances.items()):
    print(f"{currency} {account}: {balance}")
print(f"{len(roots)} entries, root {previous}")
