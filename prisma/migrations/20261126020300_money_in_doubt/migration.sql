-- Payouts for which money may have moved, whatever they ended as here: an open item says so, or a callback claims it and nobody has
-- compared it yet. Read only beside a payout that ended unpaid, or that asks for such a one again.
CREATE INDEX open_item_of_payout ON "open_item" (payout_id) WHERE closed_at IS NULL;
CREATE VIEW payout_in_doubt AS
  SELECT payout_id FROM open_item
  WHERE closed_at IS NULL AND payout_id IS NOT NULL AND (
    kind IN ('paid_after_end', 'final_contradicted', 'order_moved_without_us', 'other_order_id', 'outcome_unknown',
             'gateway_status_unknown')
    OR (kind = 'callback_disagrees' AND severity = 'critical'))
  UNION
  SELECT payout_id FROM callback
  WHERE compared_at IS NULL AND about = 'status' AND status = 'approved' AND payout_id IS NOT NULL;

-- What was given back by the end of such a payout is not asked for again meanwhile. Looks after the transfer is applied.
CREATE FUNCTION ledger_transfer_in_doubt() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- Triggers fire by name: after ledger_transfer_apply.
CREATE TRIGGER ledger_transfer_in_doubt AFTER INSERT ON "ledger_transfer" FOR EACH ROW
  WHEN (NEW.kind = 'reserve') EXECUTE FUNCTION ledger_transfer_in_doubt();

-- A payout that asks for another one again is not paid while that one, or any before it, is in doubt.
CREATE FUNCTION replaced_in_doubt(payout uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  WITH RECURSIVE earlier(id) AS (
    SELECT p.replaces_id FROM payout p WHERE p.id = $1 AND p.replaces_id IS NOT NULL
    UNION
    SELECT p.replaces_id FROM earlier e JOIN payout p ON p.id = e.id WHERE p.replaces_id IS NOT NULL
  )
  SELECT EXISTS (SELECT FROM earlier e JOIN payout_in_doubt d ON d.payout_id = e.id)
$$;
CREATE FUNCTION payout_claim_in_doubt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF replaced_in_doubt(NEW.id) THEN
    RAISE EXCEPTION 'what payout % asks for again may have been paid', NEW.id USING ERRCODE = 'PS002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_claim_in_doubt BEFORE UPDATE OF status ON "payout" FOR EACH ROW
  WHEN (NEW.status = 'paying' AND OLD.status IS DISTINCT FROM 'paying' AND NEW.replaces_id IS NOT NULL)
  EXECUTE FUNCTION payout_claim_in_doubt();
