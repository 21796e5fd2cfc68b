-- order: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE callback ADD CONSTRAINT callback_about CHECK (about = ANY (ARRAY['status'::text, 'operation'::text, 'other_order'::text]));

ALTER TABLE endpoint ADD CONSTRAINT endpoint_balance CHECK (char_length(balance) >= 1 AND char_length(balance) <= 128);

ALTER TABLE endpoint ADD CONSTRAINT endpoint_ceiling CHECK (max_requests_per_s >= 1 AND max_requests_per_s <= 10000);

ALTER TABLE endpoint ADD CONSTRAINT endpoint_kind CHECK (kind = ANY (ARRAY['endpoint'::text, 'group'::text]));

ALTER TABLE endpoint ADD CONSTRAINT endpoint_number CHECK (id > 0);

ALTER TABLE endpoint ADD CONSTRAINT endpoint_sealed CHECK (starts_with(COALESCE(key_sealed, 'v1.'::text), 'v1.'::text) AND starts_with(COALESCE(next_key_sealed, 'v1.'::text), 'v1.'::text) AND starts_with(COALESCE(control_sealed, 'v1.'::text), 'v1.'::text) AND starts_with(COALESCE(next_control_sealed, 'v1.'::text), 'v1.'::text));

ALTER TABLE endpoint ADD CONSTRAINT endpoint_secrets CHECK ((id = 1) = (key_sealed IS NULL) AND (id = 1) = (control_sealed IS NULL) AND (id <> 1 OR next_key_sealed IS NULL AND next_control_sealed IS NULL));

ALTER TABLE endpoint ADD CONSTRAINT endpoint_source CHECK ((id = 1) = (source = 'environment'::text) AND (source = ANY (ARRAY['environment'::text, 'desk'::text])));

ALTER TABLE endpoint_secret ADD CONSTRAINT endpoint_secret_kind CHECK (kind = ANY (ARRAY['key'::text, 'control'::text]));

ALTER TABLE endpoint_secret ADD CONSTRAINT endpoint_secret_sealed CHECK (starts_with(sealed, 'v1.'::text));

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

CREATE OR REPLACE FUNCTION count_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO changed_sum AS kept (currency, payouts, amount_minor)
  SELECT p.currency, 1, p.amount_minor FROM payout p
  WHERE p.id = NEW.payout_id AND p.status = 'paid'
    AND NOT EXISTS (SELECT FROM gateway_change g WHERE g.payout_id = NEW.payout_id AND g.id <> NEW.id)
  ON CONFLICT (currency) DO UPDATE SET payouts = kept.payouts + 1, amount_minor = kept.amount_minor + excluded.amount_minor;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION endpoint_has_gate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO gateway_gate (id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION endpoint_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.source <> OLD.source THEN
    RAISE EXCEPTION 'endpoint % keeps its number and its source', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW.base_url, NEW.kind, NEW.cardzo_id) IS DISTINCT FROM (OLD.base_url, OLD.kind, OLD.cardzo_id)
     AND NOT (OLD.id = 1 AND starts_with(OLD.base_url, 'http://') AND starts_with(NEW.base_url, 'http://'))
     AND (OLD.id <> 1 OR EXISTS (
       SELECT FROM payout WHERE endpoint_id = OLD.id
         AND status IN ('requested', 'checking', 'awaiting_approval', 'approved', 'paying', 'action_required', 'processing', 'outcome_unknown'))) THEN
    RAISE EXCEPTION 'endpoint % keeps its gateway and its number there: make a new endpoint', OLD.id USING ERRCODE = 'PS005';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION endpoints_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('endpoints_changed', '');
  RETURN NULL;
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
DECLARE given int; lacking text;
BEGIN
  IF NEW.pay_at > clock_timestamp() OR NEW.send_after > clock_timestamp() OR NEW.cooling_off_until > clock_timestamp() THEN
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
  SELECT asked.role INTO lacking
    FROM (SELECT one #>> '{}' AS role FROM jsonb_path_query(NEW.policy_note, '$.demands[*].role') AS one) AS asked
    WHERE NOT EXISTS (
      SELECT FROM approval a JOIN app_user u ON u.id = a.approver_id JOIN app_user o ON o.person_id = a.person_id
      WHERE a.payout_id = NEW.id AND a.voided_at IS NULL AND a.content_hash = NEW.content_hash
        AND a.order_id IS NOT DISTINCT FROM NEW.order_id AND u.role = 'approver' AND u.disabled_at IS NULL
        AND o.role::text = asked.role AND o.disabled_at IS NULL)
    LIMIT 1;
  IF lacking IS NOT NULL THEN
    RAISE EXCEPTION 'payout % lacks an approver who is also %', NEW.id, lacking USING ERRCODE = 'PS002';
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

CREATE TRIGGER endpoint_has_gate AFTER INSERT ON endpoint
  FOR EACH ROW
  EXECUTE FUNCTION endpoint_has_gate();

CREATE TRIGGER endpoint_never_deleted BEFORE DELETE ON endpoint
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER endpoint_no_truncate BEFORE TRUNCATE ON endpoint
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER endpoint_stays BEFORE UPDATE ON endpoint
  FOR EACH ROW
  EXECUTE FUNCTION endpoint_stays();

CREATE TRIGGER endpoints_changed AFTER INSERT OR UPDATE ON endpoint
  FOR EACH STATEMENT
  EXECUTE FUNCTION endpoints_changed();

CREATE TRIGGER endpoints_changed AFTER INSERT OR DELETE OR UPDATE ON endpoint_route
  FOR EACH STATEMENT
  EXECUTE FUNCTION endpoints_changed();

CREATE TRIGGER gateway_change_counted AFTER INSERT ON gateway_change
  FOR EACH ROW
  EXECUTE FUNCTION count_changed();

CREATE TRIGGER gateway_gate_never_deleted BEFORE DELETE ON gateway_gate
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER gateway_gate_no_truncate BEFORE TRUNCATE ON gateway_gate
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

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
