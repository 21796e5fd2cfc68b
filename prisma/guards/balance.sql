-- balance: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE balance ADD CONSTRAINT balance_adds_up CHECK (granted_minor = (available_minor + reserved_minor + paid_minor));

ALTER TABLE balance ADD CONSTRAINT balance_not_negative CHECK (granted_minor >= 0 AND available_minor >= 0 AND reserved_minor >= 0 AND paid_minor >= 0);

ALTER TABLE books_mark ADD CONSTRAINT books_mark_one CHECK (id = 1);

ALTER TABLE grant_row ADD CONSTRAINT grant_amount CHECK (amount_minor > 0);

ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_amount CHECK (amount_minor > 0);

ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_shape CHECK (
CASE kind
    WHEN 'grant'::ledger_kind THEN debit = 'granted'::ledger_account AND credit = 'available'::ledger_account AND grant_id IS NOT NULL AND payout_id IS NULL
    WHEN 'grant_reversal'::ledger_kind THEN debit = 'available'::ledger_account AND credit = 'granted'::ledger_account AND grant_id IS NOT NULL AND payout_id IS NULL
    WHEN 'reserve'::ledger_kind THEN debit = 'available'::ledger_account AND credit = 'reserved'::ledger_account AND payout_id IS NOT NULL AND grant_id IS NULL
    WHEN 'release'::ledger_kind THEN debit = 'reserved'::ledger_account AND credit = 'available'::ledger_account AND payout_id IS NOT NULL AND grant_id IS NULL
    WHEN 'capture'::ledger_kind THEN debit = 'reserved'::ledger_account AND credit = 'paid'::ledger_account AND payout_id IS NOT NULL AND grant_id IS NULL
    ELSE NULL::boolean
END);

CREATE UNIQUE INDEX ledger_one_end ON ledger_transfer USING btree (payout_id) WHERE (kind = ANY (ARRAY['release'::ledger_kind, 'capture'::ledger_kind]));

CREATE UNIQUE INDEX ledger_one_grant ON ledger_transfer USING btree (grant_id) WHERE (kind = 'grant'::ledger_kind);

CREATE UNIQUE INDEX ledger_one_reserve ON ledger_transfer USING btree (payout_id) WHERE (kind = 'reserve'::ledger_kind);

CREATE UNIQUE INDEX ledger_one_reversal ON ledger_transfer USING btree (grant_id) WHERE (kind = 'grant_reversal'::ledger_kind);

CREATE OR REPLACE FUNCTION ledger_transfer_apply()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
DECLARE available bigint; held bigint := 0; moment timestamptz;
BEGIN
  IF NEW.payout_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM payout WHERE id = NEW.payout_id AND reserves AND receiver_id = NEW.receiver_id
      AND currency = NEW.currency AND amount_minor = NEW.amount_minor) THEN
    RAISE EXCEPTION 'this transfer is not what payout % asks for', NEW.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.grant_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM grant_row WHERE id = NEW.grant_id AND receiver_id = NEW.receiver_id
      AND currency = NEW.currency AND amount_minor = NEW.amount_minor) THEN
    RAISE EXCEPTION 'this transfer is not grant %', NEW.grant_id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.kind IN ('release', 'capture') AND NOT EXISTS (
    SELECT 1 FROM ledger_transfer WHERE payout_id = NEW.payout_id AND kind = 'reserve') THEN
    RAISE EXCEPTION 'nothing is reserved for payout %', NEW.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  INSERT INTO balance (receiver_id, currency) VALUES (NEW.receiver_id, NEW.currency) ON CONFLICT DO NOTHING;
  -- Transfers wait here for their turn, so that no two take the same money.
  SELECT available_minor INTO available FROM balance
    WHERE receiver_id = NEW.receiver_id AND currency = NEW.currency FOR NO KEY UPDATE;
  -- Money in its holding period cannot be withdrawn. Read after the wait, to see what was granted during it.
  IF NEW.kind = 'reserve' THEN
    moment := clock_timestamp();
    SELECT coalesce(sum(g.amount_minor), 0) INTO held FROM grant_row g
      WHERE g.receiver_id = NEW.receiver_id AND g.currency = NEW.currency AND g.payable_from > moment
        AND NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.grant_id = g.id AND t.kind = 'grant_reversal');
  END IF;
  IF NEW.debit = 'available' AND available - held < NEW.amount_minor THEN
    RAISE EXCEPTION 'only % is available', greatest(available - held, 0) USING ERRCODE = 'PS003';
  END IF;
  UPDATE balance SET
    granted_minor = granted_minor + CASE 'granted' WHEN NEW.debit::text THEN NEW.amount_minor WHEN NEW.credit::text THEN -NEW.amount_minor ELSE 0 END,
    available_minor = available_minor + CASE 'available' WHEN NEW.credit::text THEN NEW.amount_minor WHEN NEW.debit::text THEN -NEW.amount_minor ELSE 0 END,
    reserved_minor = reserved_minor + CASE 'reserved' WHEN NEW.credit::text THEN NEW.amount_minor WHEN NEW.debit::text THEN -NEW.amount_minor ELSE 0 END,
    paid_minor = paid_minor + CASE 'paid' WHEN NEW.credit::text THEN NEW.amount_minor WHEN NEW.debit::text THEN -NEW.amount_minor ELSE 0 END
    WHERE receiver_id = NEW.receiver_id AND currency = NEW.currency;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_transfer_in_doubt()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
DECLARE remaining bigint; held bigint; doubted bigint; moment timestamptz := clock_timestamp();
BEGIN
  SELECT coalesce(sum(p.amount_minor), 0) INTO doubted FROM payout_in_doubt d JOIN payout p ON p.id = d.payout_id
    WHERE p.receiver_id = NEW.receiver_id AND p.currency = NEW.currency AND p.reserves AND p.final_at IS NOT NULL AND p.status <> 'paid';
  IF doubted = 0 THEN
    RETURN NULL;
  END IF;
  SELECT coalesce(sum(g.amount_minor), 0) INTO held FROM grant_row g
    WHERE g.receiver_id = NEW.receiver_id AND g.currency = NEW.currency AND g.payable_from > moment
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.grant_id = g.id AND t.kind = 'grant_reversal');
  SELECT available_minor INTO remaining FROM balance WHERE receiver_id = NEW.receiver_id AND currency = NEW.currency;
  IF remaining < held + doubted THEN
    RAISE EXCEPTION 'only % is available', greatest(remaining + NEW.amount_minor - held - doubted, 0) USING ERRCODE = 'PS003';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION payout_books()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_transfer WHERE payout_id = NEW.id AND kind = 'reserve') THEN
    RAISE EXCEPTION 'nothing was reserved for payout %', NEW.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.final_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM ledger_transfer WHERE payout_id = NEW.id
      AND kind = (CASE NEW.status WHEN 'paid' THEN 'capture' ELSE 'release' END)::ledger_kind) THEN
    RAISE EXCEPTION 'payout % has ended and its money is still reserved', NEW.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION payout_sums_between(after bigint, upto bigint)
 RETURNS TABLE(currency character, status payout_status, payouts bigint, amount_minor bigint)
 LANGUAGE sql
 STABLE
AS $$
  SELECT p.currency, part.status, sum(part.n)::bigint, sum(part.n * p.amount_minor)::bigint
  FROM payout_event e
  CROSS JOIN LATERAL (VALUES
    (CASE WHEN e.kind = 'requested' THEN 'requested' ELSE e.to_status END, 1),
    (CASE WHEN e.kind <> 'requested' AND e.to_status IS NOT NULL THEN e.from_status END, -1)) AS part (status, n)
  -- OFFSET keeps the planner from reading every payout to join them.
  CROSS JOIN LATERAL (SELECT own.currency, own.amount_minor FROM payout own WHERE own.id = e.payout_id OFFSET 0) AS p
  WHERE e.id > after AND e.id <= upto AND part.status IS NOT NULL
  GROUP BY p.currency, part.status
$$;

CREATE TRIGGER grant_append_only BEFORE DELETE OR UPDATE ON grant_row
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER grant_no_truncate BEFORE TRUNCATE ON grant_row
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER ledger_transfer_append_only BEFORE DELETE OR UPDATE ON ledger_transfer
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER ledger_transfer_apply AFTER INSERT ON ledger_transfer
  FOR EACH ROW
  EXECUTE FUNCTION ledger_transfer_apply();

CREATE TRIGGER ledger_transfer_in_doubt AFTER INSERT ON ledger_transfer
  FOR EACH ROW
  WHEN (new.kind = 'reserve'::ledger_kind)
  EXECUTE FUNCTION ledger_transfer_in_doubt();

CREATE TRIGGER ledger_transfer_no_truncate BEFORE TRUNCATE ON ledger_transfer
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE CONSTRAINT TRIGGER payout_books AFTER INSERT ON payout DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  WHEN (new.reserves)
  EXECUTE FUNCTION payout_books();

CREATE CONSTRAINT TRIGGER payout_books_end AFTER UPDATE OF final_at, status ON payout DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  WHEN (new.reserves AND new.final_at IS NOT NULL)
  EXECUTE FUNCTION payout_books();
