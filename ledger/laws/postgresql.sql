-- The laws of the ledger on PostgreSQL. docs/ledger.md says law by law what holds it.
-- Refusals carry SQLSTATE LE001 and the code the door translates. Every table is named with its schema, so that nobody
-- can put a temporary table in its place; functions that move figures run with their owner's rights, so that the
-- application's role needs none to change a balance.
-- What a payment passes is written for speed: PostgreSQL parses a CHECK and a WHEN anew for every statement, but plans
-- a function once per connection, so the laws of these tables are functions, and what is lawful is asked in one breath.

CREATE FUNCTION ledger_refuse(code text, detail text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LE001', MESSAGE = 'ledger:' || code || ':' || detail;
END $$;

CREATE FUNCTION ledger_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LE001', MESSAGE = 'ledger:immutable:' || TG_TABLE_NAME || ' ' || TG_OP;
END $$;

CREATE TRIGGER ledger_currency_stays BEFORE UPDATE OR DELETE ON ledger_currency
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_posting_stays BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_draw_stays BEFORE UPDATE OR DELETE ON ledger_draw
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_seal_stays BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_closing_stays BEFORE UPDATE OR DELETE ON ledger_closing
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_account_undeleted BEFORE DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_hold_undeleted BEFORE DELETE ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_currency_untruncated BEFORE TRUNCATE ON ledger_currency EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_account_untruncated BEFORE TRUNCATE ON ledger_account EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_entry_untruncated BEFORE TRUNCATE ON ledger_entry EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_posting_untruncated BEFORE TRUNCATE ON ledger_posting EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_hold_untruncated BEFORE TRUNCATE ON ledger_hold EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_draw_untruncated BEFORE TRUNCATE ON ledger_draw EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_seal_untruncated BEFORE TRUNCATE ON ledger_seal EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_closing_untruncated BEFORE TRUNCATE ON ledger_closing EXECUTE FUNCTION ledger_immutable();

-- An account opens empty, in a known currency; after that only the triggers of postings and lists (one level above this
-- one) move what it counts, and never past its limits.
CREATE FUNCTION ledger_account_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.balance <> 0 OR NEW.debits <> 0 OR NEW.credits <> 0 OR NEW.number <> 0 OR NEW.floor > 0 OR NEW.ceiling < 0
        OR NEW.kind NOT IN ('asset', 'liability', 'equity', 'income', 'expense')
        OR NOT EXISTS (SELECT 1 FROM public.ledger_currency c WHERE c.code = NEW.currency_id) THEN
        PERFORM public.ledger_refuse('immutable', 'an account opens empty');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_opens BEFORE INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_opens();

CREATE FUNCTION ledger_account_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 AND NEW.closed_at IS NULL
        AND NEW.balance BETWEEN COALESCE(NEW.floor, -4000000000000000000) AND COALESCE(NEW.ceiling, 4000000000000000000)
        AND NEW.debits <= 4000000000000000000 AND NEW.credits <= 4000000000000000000 THEN
        RETURN NEW;
    END IF;
    IF NEW.balance < NEW.floor THEN PERFORM public.ledger_refuse('floor', OLD.code); END IF;
    IF NEW.balance > NEW.ceiling THEN PERFORM public.ledger_refuse('ceiling', OLD.code); END IF;
    IF OLD.closed_at IS NOT NULL AND NEW.number <> OLD.number THEN PERFORM public.ledger_refuse('closed', OLD.code); END IF;
    IF GREATEST(NEW.debits, NEW.credits, ABS(NEW.balance)) > 4000000000000000000 THEN
        PERFORM public.ledger_refuse('too_large', OLD.code);
    END IF;
    IF NEW.closed_at IS NOT NULL AND NEW.balance <> 0 THEN
        PERFORM public.ledger_refuse('limits_outside_balance', OLD.code);
    END IF;
    IF (NEW.id, NEW.code, NEW.currency_id, NEW.kind, NEW.opened_at)
        IS DISTINCT FROM (OLD.id, OLD.code, OLD.currency_id, OLD.kind, OLD.opened_at)
        OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)
        OR (NEW.balance, NEW.debits, NEW.credits, NEW.number)
        IS DISTINCT FROM (OLD.balance, OLD.debits, OLD.credits, OLD.number) THEN
        PERFORM public.ledger_refuse('immutable', 'account ' || OLD.code);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_moves BEFORE UPDATE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_moves();

-- Inserting a posting moves both balances, in the order of account ids so that two postings never wait in a ring.
-- What this trigger did stays done even if the row is then left out (ON CONFLICT DO NOTHING), so nothing may conflict:
-- the id is always a new one, whatever was given, and unique (entry, leg) is deferrable, which is never passed over.
CREATE FUNCTION ledger_posting_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    lawful boolean; original bigint; debit_currency text; credit_currency text;
BEGIN
    IF pg_trigger_depth() > 1 AND NEW.debit_number > 0 THEN
        RETURN NEW; -- ledger_list_books, one level above, moved the accounts of its whole list at once.
    END IF;
    SELECT e.transaction = txid_current() AND e.recorded_at BETWEEN now() AND clock_timestamp()
            AND NEW.leg BETWEEN 1 AND e.legs AND NEW.amount_minor BETWEEN 1 AND 1000000000000000000
            AND NEW.debit_id <> NEW.credit_id
            AND (NEW.debit_number | NEW.credit_number | NEW.debit_balance | NEW.credit_balance) = 0
            AND NOT EXISTS (SELECT 1 FROM public.ledger_closing c WHERE c.until > e.happened_at),
            e.reverses_id
        INTO lawful, original FROM public.ledger_entry e WHERE e.id = NEW.entry_id;
    IF lawful IS NOT TRUE THEN PERFORM public.ledger_posting_refuses(NEW); END IF;
    IF original IS NOT NULL THEN
        PERFORM public.ledger_reversal_fits(original, NEW.debit_id, NEW.credit_id, NEW.amount_minor);
    END IF;
    NEW.id := nextval('public.ledger_posting_id_seq');
    IF NEW.debit_id < NEW.credit_id THEN
        UPDATE public.ledger_account SET balance = balance - NEW.amount_minor, debits = debits + NEW.amount_minor,
            number = number + 1 WHERE id = NEW.debit_id
            RETURNING number, balance, currency_id INTO NEW.debit_number, NEW.debit_balance, debit_currency;
        UPDATE public.ledger_account SET balance = balance + NEW.amount_minor, credits = credits + NEW.amount_minor,
            number = number + 1 WHERE id = NEW.credit_id
            RETURNING number, balance, currency_id INTO NEW.credit_number, NEW.credit_balance, credit_currency;
    ELSE
        UPDATE public.ledger_account SET balance = balance + NEW.amount_minor, credits = credits + NEW.amount_minor,
            number = number + 1 WHERE id = NEW.credit_id
            RETURNING number, balance, currency_id INTO NEW.credit_number, NEW.credit_balance, credit_currency;
        UPDATE public.ledger_account SET balance = balance - NEW.amount_minor, debits = debits + NEW.amount_minor,
            number = number + 1 WHERE id = NEW.debit_id
            RETURNING number, balance, currency_id INTO NEW.debit_number, NEW.debit_balance, debit_currency;
    END IF;
    IF (debit_currency = NEW.currency_id AND credit_currency = NEW.currency_id) IS NOT TRUE THEN
        PERFORM public.ledger_refuse('currency_mismatch', (SELECT string_agg(a.code, ' and ' ORDER BY a.id = NEW.credit_id)
            FROM public.ledger_account a WHERE a.id IN (NEW.debit_id, NEW.credit_id)));
    END IF;
    RETURN NEW;
END $$;

-- Say which law a posting would break.
CREATE FUNCTION ledger_posting_refuses(wanted public.ledger_posting) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    entry public.ledger_entry;
BEGIN
    SELECT * INTO entry FROM public.ledger_entry e WHERE e.id = wanted.entry_id;
    IF wanted.amount_minor < 1 THEN PERFORM public.ledger_refuse('not_positive', wanted.amount_minor::text); END IF;
    IF wanted.amount_minor > 1000000000000000000 THEN
        PERFORM public.ledger_refuse('too_large', wanted.amount_minor::text);
    END IF;
    IF wanted.debit_id = wanted.credit_id THEN
        PERFORM public.ledger_refuse('same_account', (SELECT code FROM public.ledger_account WHERE id = wanted.debit_id));
    END IF;
    IF entry.transaction = txid_current() AND entry.happened_at < (SELECT MAX(until) FROM public.ledger_closing) THEN
        PERFORM public.ledger_refuse('period_closed', entry.key);
    END IF;
    IF entry.transaction <> txid_current() THEN
        PERFORM public.ledger_refuse('immutable', 'the entry was written before');
    END IF;
    IF entry.recorded_at NOT BETWEEN now() AND clock_timestamp() THEN
        PERFORM public.ledger_refuse('immutable', 'the clock is the database''s');
    END IF;
    IF (wanted.leg BETWEEN 1 AND entry.legs) IS NOT TRUE THEN
        PERFORM public.ledger_refuse('immutable', 'the entry has no such leg');
    END IF;
    PERFORM public.ledger_refuse('immutable', 'running numbers are the database''s');
END $$;

-- Reversals take back no more than was booked, all of them together and `more`; of no reversal, and of nothing that made
-- or drew on a hold.
CREATE FUNCTION ledger_reversal_fits(original bigint, debit bigint, credit bigint, more bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    reversed public.ledger_entry;
BEGIN
    SELECT * INTO reversed FROM public.ledger_entry e WHERE e.id = original FOR NO KEY UPDATE;
    IF NOT FOUND OR reversed.reverses_id IS NOT NULL THEN
        PERFORM public.ledger_refuse('already_reversed', 'a reversal is not reversed');
    END IF;
    IF EXISTS (SELECT 1 FROM public.ledger_hold WHERE entry_id = original)
        OR EXISTS (SELECT 1 FROM public.ledger_draw WHERE entry_id = original) THEN
        PERFORM public.ledger_refuse('holds_money', reversed.key);
    END IF;
    IF more + (
        SELECT COALESCE(SUM(p.amount_minor), 0) FROM public.ledger_posting p
            JOIN public.ledger_entry e ON e.id = p.entry_id WHERE e.reverses_id = original
            AND p.debit_id = debit AND p.credit_id = credit
    ) > (
        SELECT COALESCE(SUM(p.amount_minor), 0) FROM public.ledger_posting p WHERE p.entry_id = original
            AND p.debit_id = credit AND p.credit_id = debit) THEN
        PERFORM public.ledger_refuse('already_reversed', 'more than is left of the entry');
    END IF;
END $$;
CREATE TRIGGER ledger_posting_moves BEFORE INSERT ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_posting_moves();

-- A hold is what the one posting of its entry put aside, written with that entry.
CREATE FUNCTION ledger_hold_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.captured <> 0 OR NEW.released <> 0 OR NOT EXISTS (
        SELECT 1 FROM public.ledger_posting p JOIN public.ledger_entry e ON e.id = p.entry_id
        WHERE e.id = NEW.entry_id AND e.legs = 1 AND e.transaction = txid_current()
            AND p.debit_id = NEW.source_id AND p.credit_id = NEW.holding_id AND p.amount_minor = NEW.amount) THEN
        PERFORM public.ledger_refuse('immutable', 'the entry did not make this hold');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_hold_opens BEFORE INSERT ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_hold_opens();

-- What a hold gave out is what its draws say, and nothing else.
CREATE FUNCTION ledger_hold_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.entry_id, NEW.source_id, NEW.holding_id, NEW.amount, NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.entry_id, OLD.source_id, OLD.holding_id, OLD.amount, OLD.expires_at)
        OR NEW.captured <> (SELECT COALESCE(SUM(d.captured), 0) FROM public.ledger_draw d WHERE d.hold_id = OLD.id)
        OR NEW.released <> (SELECT COALESCE(SUM(d.released), 0) FROM public.ledger_draw d WHERE d.hold_id = OLD.id) THEN
        PERFORM public.ledger_refuse('immutable', 'hold');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_hold_moves BEFORE UPDATE ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_hold_moves();

CREATE FUNCTION ledger_draw_moves() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER AS $$
DECLARE
    held public.ledger_hold; moved numeric; astray bigint;
BEGIN
    SELECT * INTO held FROM public.ledger_hold h WHERE h.id = NEW.hold_id FOR NO KEY UPDATE;
    SELECT SUM(p.amount_minor),
            COUNT(*) FILTER (WHERE p.debit_id <> held.holding_id
                OR (NEW.released > 0 AND p.credit_id <> held.source_id))
        INTO moved, astray
        FROM public.ledger_posting p JOIN public.ledger_entry e ON e.id = p.entry_id
        WHERE e.id = NEW.entry_id AND e.transaction = txid_current();
    IF moved IS DISTINCT FROM NEW.captured + NEW.released OR astray > 0 THEN
        PERFORM public.ledger_refuse('immutable', 'the entry does not draw on this hold');
    END IF;
    UPDATE public.ledger_hold SET captured = captured + NEW.captured, released = released + NEW.released
        WHERE id = NEW.hold_id;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_draw_moves AFTER INSERT ON ledger_draw
    FOR EACH ROW EXECUTE FUNCTION ledger_draw_moves();

-- A period closes when it is over, and after every entry now being written: later ones see that it is closed.
CREATE FUNCTION ledger_closing_waits() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER AS $$
BEGIN
    LOCK TABLE public.ledger_entry IN SHARE MODE;
    NEW.closed_at := clock_timestamp();
    IF NEW.until > NEW.closed_at THEN PERFORM public.ledger_refuse('period_not_over', NEW.until::text); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_closing_waits BEFORE INSERT ON ledger_closing
    FOR EACH ROW EXECUTE FUNCTION ledger_closing_waits();

-- The door's one round trip for what is booked most, an entry of one leg; accounts are named by their code. A key that
-- was used before breaks its constraint, and the door looks whether the content is the same.
CREATE FUNCTION ledger_post_one(key text, fingerprint text, kind text, happened_at timestamptz, memo text, actor text,
    reverses bigint, payer text, payee text, amount bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    INSERT INTO public.ledger_entry (key, fingerprint, kind, happened_at, memo, actor, reverses_id, legs)
        VALUES (key, fingerprint, kind, happened_at, memo, actor, reverses, 1) RETURNING id INTO made;
    INSERT INTO public.ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id)
        SELECT made, 1, d.currency_id, amount, d.id, c.id
        FROM public.ledger_account d, public.ledger_account c WHERE d.code = payer AND c.code = payee;
    IF NOT FOUND THEN PERFORM public.ledger_unknown(ARRAY[payer, payee]); END IF;
    RETURN made;
END $$;

-- Name the first account that does not exist.
CREATE FUNCTION ledger_unknown(codes text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    unknown text := (SELECT c.code FROM unnest(codes) c(code)
        WHERE NOT EXISTS (SELECT 1 FROM public.ledger_account a WHERE a.code = c.code) LIMIT 1);
BEGIN
    IF unknown IS NOT NULL THEN PERFORM public.ledger_refuse('unknown_account', unknown); END IF;
END $$;

-- Any other list of entries, all or none, with each key once and each element
-- {key, fingerprint, kind, happened_at, memo, actor, reverses, legs: [[debit code, credit code, amount], ...]}.
-- Inserting it here books it: every account is moved once, by the sum of the list, and each posting gets the number and
-- balance that it would have had alone. (Moved once per posting, an account in thousands of them would be found more
-- slowly each time.) So the laws of a posting are asked of the whole list, after it is written.
CREATE VIEW ledger_list AS SELECT NULL::jsonb AS entries WHERE false;

CREATE FUNCTION ledger_list_books() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    codes text[] := ARRAY(SELECT DISTINCT jsonb_array_elements_text(
        jsonb_path_query_array(NEW.entries, '$[*].legs[*][0 to 1]')));
    mark bigint; wanted bigint; booked bigint; refused text; about text;
BEGIN
    PERFORM public.ledger_unknown(codes);
    PERFORM 1 FROM public.ledger_account a WHERE a.code = ANY (codes) ORDER BY a.id FOR NO KEY UPDATE;
    mark := nextval('public.ledger_entry_id_seq');
    INSERT INTO public.ledger_entry (key, fingerprint, kind, happened_at, memo, actor, reverses_id, legs)
        SELECT value ->> 'key', value ->> 'fingerprint', value ->> 'kind', (value ->> 'happened_at')::timestamptz,
            value ->> 'memo', value ->> 'actor', (value ->> 'reverses')::bigint, jsonb_array_length(value -> 'legs')
        FROM jsonb_array_elements(NEW.entries) WITH ORDINALITY e(value, place) ORDER BY place
        ON CONFLICT ON CONSTRAINT ledger_entry_key DO NOTHING;
    SELECT e.key INTO about FROM jsonb_array_elements(NEW.entries) w(value)
        JOIN public.ledger_entry e ON e.key = w.value ->> 'key' AND e.fingerprint <> w.value ->> 'fingerprint' LIMIT 1;
    IF about IS NOT NULL THEN PERFORM public.ledger_refuse('key_reused', about); END IF;
    WITH leg AS (
        SELECT e.id AS entry_id, l.place AS leg, (l.value ->> 2)::bigint AS amount, d.id AS debit_id,
            c.id AS credit_id, d.currency_id, row_number() OVER (ORDER BY e.id, l.place) AS turn
        FROM jsonb_array_elements(NEW.entries) w(value)
            JOIN public.ledger_entry e ON e.key = w.value ->> 'key' AND e.id > mark AND e.transaction = txid_current()
            CROSS JOIN LATERAL jsonb_array_elements(w.value -> 'legs') WITH ORDINALITY l(value, place)
            JOIN public.ledger_account d ON d.code = l.value ->> 0
            JOIN public.ledger_account c ON c.code = l.value ->> 1
    ), step AS (
        SELECT s.*, row_number() OVER w AS number, SUM(move) OVER w AS balance FROM (
            SELECT leg.*, debit_id AS account_id, -amount AS move, false AS arrives FROM leg
            UNION ALL SELECT leg.*, credit_id, amount, true FROM leg) s
        WINDOW w AS (PARTITION BY account_id ORDER BY turn)
    ), moved AS (
        UPDATE public.ledger_account a SET balance = a.balance + s.move, debits = a.debits + s.debits,
            credits = a.credits + s.credits, number = a.number + s.steps
        FROM (SELECT account_id, SUM(move) AS move, SUM(GREATEST(-move, 0)) AS debits,
                SUM(GREATEST(move, 0)) AS credits, COUNT(*) AS steps FROM step GROUP BY account_id) s
        WHERE a.id = s.account_id
    )
    INSERT INTO public.ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id,
            debit_number, credit_number, debit_balance, credit_balance)
        SELECT s.entry_id, s.leg, s.currency_id, s.amount, s.debit_id, s.credit_id,
            MAX(a.number + s.number) FILTER (WHERE NOT arrives), MAX(a.number + s.number) FILTER (WHERE arrives),
            MAX(a.balance + s.balance) FILTER (WHERE NOT arrives), MAX(a.balance + s.balance) FILTER (WHERE arrives)
        FROM step s JOIN public.ledger_account a ON a.id = s.account_id
        GROUP BY s.turn, s.entry_id, s.leg, s.currency_id, s.amount, s.debit_id, s.credit_id ORDER BY s.turn;
    GET DIAGNOSTICS booked = ROW_COUNT;
    SELECT SUM(e.legs) INTO wanted FROM public.ledger_entry e WHERE e.id > mark AND e.transaction = txid_current();
    IF booked <> wanted THEN PERFORM public.ledger_refuse('immutable', 'legs of the list name no account'); END IF;
    SELECT l.refused, l.about INTO refused, about FROM (
        SELECT p.id, CASE
            WHEN e.happened_at < (SELECT MAX(c.until) FROM public.ledger_closing c) THEN 'period_closed'
            WHEN p.amount_minor < 1 THEN 'not_positive'
            WHEN p.amount_minor > 1000000000000000000 THEN 'too_large'
            WHEN p.debit_id = p.credit_id THEN 'same_account'
            WHEN d.currency_id <> c.currency_id THEN 'currency_mismatch'
            WHEN p.debit_balance < d.floor THEN 'floor'
            WHEN p.credit_balance > c.ceiling THEN 'ceiling'
            WHEN GREATEST(-p.debit_balance, p.credit_balance) > 4000000000000000000 THEN 'too_large' END AS refused,
            CASE WHEN d.currency_id <> c.currency_id THEN d.code || ' and ' || c.code
                WHEN p.debit_balance < d.floor THEN d.code WHEN p.credit_balance > c.ceiling THEN c.code
                ELSE e.key END AS about
        FROM public.ledger_entry e JOIN public.ledger_posting p ON p.entry_id = e.id
            JOIN public.ledger_account d ON d.id = p.debit_id JOIN public.ledger_account c ON c.id = p.credit_id
        WHERE e.id > mark AND e.transaction = txid_current()) l
        WHERE l.refused IS NOT NULL ORDER BY l.id LIMIT 1;
    IF refused IS NOT NULL THEN PERFORM public.ledger_refuse(refused, about); END IF;
    PERFORM public.ledger_reversal_fits(e.reverses_id, p.debit_id, p.credit_id, 0)
        FROM public.ledger_entry e JOIN public.ledger_posting p ON p.entry_id = e.id
        WHERE e.id > mark AND e.transaction = txid_current() AND e.reverses_id IS NOT NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_list_books INSTEAD OF INSERT ON ledger_list
    FOR EACH ROW EXECUTE FUNCTION ledger_list_books();

-- The door for such a list: what stands under its keys now, and whether it stood there before.
CREATE FUNCTION ledger_post(list jsonb)
RETURNS TABLE (key text, id bigint, happened_at timestamptz, replayed boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    mark bigint := nextval('public.ledger_entry_id_seq');
BEGIN
    INSERT INTO public.ledger_list (entries) VALUES (list);
    RETURN QUERY SELECT e.key::text, e.id, e.happened_at, e.id < mark OR e.transaction <> txid_current()
        FROM jsonb_array_elements(list) w(value) JOIN public.ledger_entry e ON e.key = w.value ->> 'key';
END $$;
