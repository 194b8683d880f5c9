-- What the application's role may do with the ledger on PostgreSQL. It owns nothing, so it can drop no law, and it may
-- change no balance: the triggers of postings and lists do that with their owner's rights, and running numbers are theirs.
-- Run by the owner, after each migration:
--   psql -v role=cabas_app -f ledger/laws/roles.sql
REVOKE ALL ON ledger_currency, ledger_account, ledger_entry, ledger_posting, ledger_hold, ledger_draw, ledger_seal,
    ledger_closing, ledger_list FROM :"role";
GRANT SELECT ON ledger_posting TO :"role";
GRANT INSERT (entry_id, leg, currency_id, amount_minor, debit_id, credit_id) ON ledger_posting TO :"role";
GRANT SELECT, INSERT ON ledger_currency, ledger_account, ledger_entry, ledger_hold, ledger_draw, ledger_seal,
    ledger_closing, ledger_list TO :"role";
GRANT UPDATE (floor, ceiling, closed_at) ON ledger_account TO :"role";
-- Needed to lock a hold's row; the laws let these figures be nothing but the sum of its draws.
GRANT UPDATE (captured, released) ON ledger_hold TO :"role";
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO :"role";
-- Nobody puts a function of their own in the place of one the laws call.
REVOKE CREATE ON SCHEMA public FROM :"role";
