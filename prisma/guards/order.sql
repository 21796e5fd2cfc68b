-- order: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE callback ADD CONSTRAINT callback_about CHECK (about = ANY (ARRAY['status'::text, 'operation'::text, 'other_order'::text]));

ALTER TABLE gateway_gate ADD CONSTRAINT gateway_gate_one CHECK (id = 1);

ALTER TABLE refused_callback ADD CONSTRAINT refused_callback_slot CHECK (slot = (number % 500::bigint));

CREATE VIEW payout_in_doubt AS
 SELECT open_item.payout_id
   FROM open_item
  WHERE open_item.closed_at IS NULL AND open_item.payout_id IS NOT NULL AND ((open_item.kind = ANY (ARRAY['paid_after_end'::text, 'final_contradicted'::text, 'order_moved_without_us'::text, 'other_order_id'::text, 'outcome_unknown'::text, 'gateway_status_unknown'::text, 'other_operation'::text])) OR open_item.kind = 'callback_disagrees'::text AND open_item.severity = 'critical'::text)
UNION
 SELECT callback.payout_id
   FROM callback
  WHERE callback.compared_at IS NULL AND callback.about = 'status'::text AND callback.status = 'approved'::text AND callback.payout_id IS NOT NULL;

CREATE OR REPLACE FUNCTION callback_came_first(client_order_id text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('callback client ' || client_order_id, 0));
  RETURN EXISTS (SELECT FROM callback c WHERE c.payout_id IS NULL AND c.client_order_id = $1);
END $$;

CREATE OR REPLACE FUNCTION order_is_plain(payout uuid, client_order_id text, order_id text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('callback order ' || order_id, 0));
  IF EXISTS (SELECT FROM callback c WHERE c.order_id = $3 AND c.client_order_id <> $2 AND (c.payout_id IS NULL OR c.about <> 'other_order'))
     OR EXISTS (SELECT FROM callback c WHERE c.payout_id = $1 AND c.order_id <> $3 AND c.about <> 'other_order') THEN
    RAISE EXCEPTION 'callbacks must be judged by order %', order_id USING ERRCODE = 'PS004';
  END IF;
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION payout_claim_allowed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
DECLARE given int;
BEGIN
  IF NEW.send_after > clock_timestamp() OR NEW.cooling_off_until > clock_timestamp() THEN
    RAISE EXCEPTION 'payout % may not be sent yet', NEW.id USING ERRCODE = 'PS002';
  END IF;
  IF NEW.approvals_required IS NULL OR (NEW.approvals_required = 0 AND NEW.policy_note ->> 'approved' IS DISTINCT FROM 'true') THEN
    RAISE EXCEPTION 'nobody has judged payout %', NEW.id USING ERRCODE = 'PS002';
  END IF;
  SELECT count(DISTINCT a.person_id) INTO given FROM approval a JOIN app_user u ON u.id = a.approver_id
    WHERE a.payout_id = NEW.id AND a.voided_at IS NULL AND a.content_hash = NEW.content_hash
      AND a.order_id IS NOT DISTINCT FROM NEW.order_id AND u.role = 'approver' AND u.disabled_at IS NULL;
  IF given < NEW.approvals_required THEN
    RAISE EXCEPTION 'payout % has % of % approvals', NEW.id, given, NEW.approvals_required USING ERRCODE = 'PS002';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_claim_fresh()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.validated_at IS NULL OR NEW.validated_at < clock_timestamp() - interval '30 seconds' THEN
    RAISE EXCEPTION 'what Cardzo said of payout % is too old to pay on', NEW.id USING ERRCODE = 'PS002';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_claim_in_doubt()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF replaced_in_doubt(NEW.id) THEN
    RAISE EXCEPTION 'payout % retries one that may have been paid', NEW.id USING ERRCODE = 'PS002';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION replaced_in_doubt(payout uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $$
  WITH RECURSIVE earlier(id) AS (
    SELECT p.replaces_id FROM payout p WHERE p.id = $1 AND p.replaces_id IS NOT NULL
    UNION
    SELECT p.replaces_id FROM earlier e JOIN payout p ON p.id = e.id WHERE p.replaces_id IS NOT NULL
  )
  SELECT EXISTS (SELECT FROM earlier e JOIN payout_in_doubt d ON d.payout_id = e.id)
$$;

CREATE TRIGGER payout_claim_allowed BEFORE UPDATE OF status ON payout
  FOR EACH ROW
  WHEN (new.status = 'paying'::payout_status AND old.status IS DISTINCT FROM 'paying'::payout_status)
  EXECUTE FUNCTION payout_claim_allowed();

CREATE TRIGGER payout_claim_fresh BEFORE UPDATE OF status ON payout
  FOR EACH ROW
  WHEN (new.status = 'paying'::payout_status AND old.status IS DISTINCT FROM 'paying'::payout_status)
  EXECUTE FUNCTION payout_claim_fresh();

CREATE TRIGGER payout_claim_in_doubt BEFORE UPDATE OF status ON payout
  FOR EACH ROW
  WHEN (new.status = 'paying'::payout_status AND old.status IS DISTINCT FROM 'paying'::payout_status AND new.replaces_id IS NOT NULL)
  EXECUTE FUNCTION payout_claim_in_doubt();
