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

-- An account opens empty, in a known currency; after that only the posting trigger (one level above this one) moves
-- what it counts, and never past its limits.
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
    IF pg_trigger_depth() > 1 AND OLD.closed_at IS NULL AND NEW.closed_at IS NULL
        AND NEW.balance BETWEEN COALESCE(NEW.floor, -4000000000000000000) AND COALESCE(NEW.ceiling, 4000000000000000000)
        AND NEW.debits <= 4000000000000000000 AND NEW.credits <= 4000000000000000000
        AND NEW.id = OLD.id AND NEW.code = OLD.code AND NEW.currency_id = OLD.currency_id AND NEW.kind = OLD.kind THEN
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

-- An entry is stamped by the database and reverses only what may be reversed. (Whether its period is closed is asked
-- when it moves something.)
CREATE FUNCTION ledger_entry_stamps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := clock_timestamp();
    NEW.transaction := txid_current();
    IF NEW.reverses_id IS NOT NULL THEN
        IF (SELECT e.reverses_id IS NULL FROM public.ledger_entry e WHERE e.id = NEW.reverses_id) IS NOT TRUE THEN
            PERFORM public.ledger_refuse('already_reversed', 'a reversal is not reversed');
        END IF;
        IF EXISTS (SELECT 1 FROM public.ledger_hold WHERE entry_id = NEW.reverses_id)
            OR EXISTS (SELECT 1 FROM public.ledger_draw WHERE entry_id = NEW.reverses_id) THEN
            PERFORM public.ledger_refuse('holds_money', NEW.key);
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_stamps BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_stamps();

-- Inserting a posting moves both balances, in the order of account ids so that two postings never wait in a ring.
-- What this trigger did stays done even if the row is then left out (ON CONFLICT DO NOTHING), so nothing may conflict:
-- the id is always a new one, whatever was given, and unique (entry, leg) is deferrable, which is never passed over.
CREATE FUNCTION ledger_posting_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    lawful boolean; original bigint; debit_currency text; credit_currency text;
BEGIN
    SELECT e.transaction = txid_current() AND NEW.leg BETWEEN 1 AND e.legs
            AND NEW.amount_minor BETWEEN 1 AND 1000000000000000000 AND NEW.debit_id <> NEW.credit_id
            AND NEW.debit_number = 0 AND NEW.credit_number = 0 AND NEW.debit_balance = 0 AND NEW.credit_balance = 0
            AND e.happened_at >= COALESCE((SELECT MAX(c.until) FROM public.ledger_closing c), '-infinity'),
            e.reverses_id
        INTO lawful, original FROM public.ledger_entry e WHERE e.id = NEW.entry_id;
    IF lawful IS NOT TRUE THEN PERFORM public.ledger_posting_refuses(NEW); END IF;
    IF original IS NOT NULL THEN PERFORM public.ledger_reversal_fits(NEW, original); END IF;
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
    IF (wanted.leg BETWEEN 1 AND entry.legs) IS NOT TRUE THEN
        PERFORM public.ledger_refuse('immutable', 'the entry has no such leg');
    END IF;
    PERFORM public.ledger_refuse('immutable', 'running numbers are the database''s');
END $$;

-- Reversals take back no more than was booked, all of them together.
CREATE FUNCTION ledger_reversal_fits(wanted public.ledger_posting, original bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.ledger_entry e WHERE e.id = original FOR NO KEY UPDATE;
    IF wanted.amount_minor + (
        SELECT COALESCE(SUM(p.amount_minor), 0) FROM public.ledger_posting p
            JOIN public.ledger_entry e ON e.id = p.entry_id WHERE e.reverses_id = original
            AND p.debit_id = wanted.debit_id AND p.credit_id = wanted.credit_id
    ) > (
        SELECT COALESCE(SUM(p.amount_minor), 0) FROM public.ledger_posting p WHERE p.entry_id = original
            AND p.debit_id = wanted.credit_id AND p.credit_id = wanted.debit_id) THEN
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

-- The door's one round trip for one entry: leg n moves amounts[n] from payers[n] to payees[n], named by their code.
CREATE FUNCTION ledger_post_one(key text, fingerprint text, kind text, happened_at timestamptz, memo text, actor text,
    reverses bigint, payers text[], payees text[], amounts bigint[],
    OUT id bigint, OUT happened timestamptz, OUT recorded timestamptz, OUT replayed boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    legs integer := cardinality(amounts); moved integer; known text;
BEGIN
    IF legs > 1 THEN
        -- One leg locks its two accounts in order of their ids; so do several.
        PERFORM 1 FROM public.ledger_account a WHERE a.code = ANY (payers || payees) ORDER BY a.id FOR NO KEY UPDATE;
    END IF;
    INSERT INTO public.ledger_entry AS e
            (key, fingerprint, kind, happened_at, memo, actor, reverses_id, legs, transaction)
        VALUES (key, fingerprint, kind, happened_at, memo, actor, reverses, legs, 0)
        ON CONFLICT ON CONSTRAINT ledger_entry_key DO NOTHING
        RETURNING e.id, e.happened_at, e.recorded_at, false INTO id, happened, recorded, replayed;
    IF NOT FOUND THEN
        SELECT e.id, e.happened_at, e.recorded_at, true, e.fingerprint
            INTO id, happened, recorded, replayed, known FROM public.ledger_entry e WHERE e.key = ledger_post_one.key;
        IF known <> fingerprint THEN PERFORM public.ledger_refuse('key_reused', key); END IF;
        RETURN;
    END IF;
    IF legs = 1 THEN
        INSERT INTO public.ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id,
                debit_number, credit_number, debit_balance, credit_balance)
            SELECT id, 1, d.currency_id, amounts[1], d.id, c.id, 0, 0, 0, 0
            FROM public.ledger_account d, public.ledger_account c WHERE d.code = payers[1] AND c.code = payees[1];
    ELSE
        INSERT INTO public.ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id,
                debit_number, credit_number, debit_balance, credit_balance)
            SELECT id, l.place, d.currency_id, l.amount, d.id, c.id, 0, 0, 0, 0
            FROM unnest(payers, payees, amounts) WITH ORDINALITY l(payer, payee, amount, place)
            JOIN public.ledger_account d ON d.code = l.payer JOIN public.ledger_account c ON c.code = l.payee
            ORDER BY l.place;
    END IF;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved < legs THEN PERFORM public.ledger_unknown(payers || payees); END IF;
END $$;

-- Name the first account that does not exist.
CREATE FUNCTION ledger_unknown(codes text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    unknown text := (SELECT c.code FROM unnest(codes) c(code)
        WHERE NOT EXISTS (SELECT 1 FROM public.ledger_account a WHERE a.code = c.code) LIMIT 1);
BEGIN
    IF unknown IS NOT NULL THEN PERFORM public.ledger_refuse('unknown_account', unknown); END IF;
END $$;

-- The same for a list of entries, all or none, in as many statements for a thousand as for two. Each element:
-- {key, fingerprint, kind, happened_at, memo, actor, reverses, legs: [[debit code, credit code, amount], ...]}
CREATE FUNCTION ledger_post(entries jsonb)
RETURNS TABLE (id bigint, happened_at timestamptz, recorded_at timestamptz, replayed boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    codes text[] := ARRAY(SELECT DISTINCT jsonb_array_elements_text(
        jsonb_path_query_array(entries, '$[*].legs[*][0 to 1]')));
    began timestamptz := clock_timestamp(); reused text;
BEGIN
    PERFORM public.ledger_unknown(codes);
    PERFORM 1 FROM public.ledger_account a WHERE a.code = ANY (codes) ORDER BY a.id FOR NO KEY UPDATE;
    WITH wanted AS (
        -- A key that stands twice in the list is booked once.
        SELECT DISTINCT ON (e.value ->> 'key') e.value, e.place
        FROM jsonb_array_elements(entries) WITH ORDINALITY e(value, place) ORDER BY e.value ->> 'key', e.place
    ), booked AS (
        INSERT INTO public.ledger_entry AS e
                (key, fingerprint, kind, happened_at, memo, actor, reverses_id, legs, transaction)
            SELECT value ->> 'key', value ->> 'fingerprint', value ->> 'kind', (value ->> 'happened_at')::timestamptz,
                value ->> 'memo', value ->> 'actor', (value ->> 'reverses')::bigint,
                jsonb_array_length(value -> 'legs'), 0
            FROM wanted ORDER BY place
            ON CONFLICT ON CONSTRAINT ledger_entry_key DO NOTHING RETURNING e.id, e.key
    )
    INSERT INTO public.ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id,
            debit_number, credit_number, debit_balance, credit_balance)
        SELECT b.id, l.place, d.currency_id, (l.value ->> 2)::bigint, d.id, c.id, 0, 0, 0, 0
        FROM booked b JOIN wanted w ON w.value ->> 'key' = b.key
            CROSS JOIN LATERAL jsonb_array_elements(w.value -> 'legs') WITH ORDINALITY l(value, place)
            JOIN public.ledger_account d ON d.code = l.value ->> 0
            JOIN public.ledger_account c ON c.code = l.value ->> 1
        ORDER BY w.place, l.place;
    SELECT e.key INTO reused FROM jsonb_array_elements(entries) w(value)
        JOIN public.ledger_entry e ON e.key = w.value ->> 'key' AND e.fingerprint <> w.value ->> 'fingerprint' LIMIT 1;
    IF reused IS NOT NULL THEN PERFORM public.ledger_refuse('key_reused', reused); END IF;
    RETURN QUERY
        SELECT e.id, e.happened_at, e.recorded_at, e.transaction <> txid_current()
            OR e.recorded_at < began OR row_number() OVER (PARTITION BY e.id ORDER BY w.place) > 1
        FROM jsonb_array_elements(entries) WITH ORDINALITY w(value, place)
        JOIN public.ledger_entry e ON e.key = w.value ->> 'key' ORDER BY w.place;
END $$;
