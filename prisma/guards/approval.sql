-- approval: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE approval ADD CONSTRAINT approval_open_key CHECK (NOT open_key IS DISTINCT FROM
CASE
    WHEN voided_at IS NULL THEN (payout_id || ':'::text) || person_id
    ELSE NULL::text
END);

CREATE OR REPLACE FUNCTION approval_follows_content()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  UPDATE approval SET content_hash = NEW.content_hash WHERE payout_id = NEW.id AND content_hash = OLD.content_hash;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION approval_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF pg_trigger_depth() > 1 AND to_jsonb(NEW) - 'content_hash' = to_jsonb(OLD) - 'content_hash'
       AND NEW.content_hash = (SELECT content_hash FROM payout WHERE id = NEW.payout_id) THEN
      RETURN NEW;
    END IF;
    IF OLD.voided_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.payout_id <> OLD.payout_id OR NEW.approver_id <> OLD.approver_id
       OR NEW.approver_name <> OLD.approver_name OR NEW.person_id <> OLD.person_id OR NEW.at <> OLD.at
       OR NEW.amount_minor <> OLD.amount_minor OR NEW.currency <> OLD.currency OR NEW.note IS DISTINCT FROM OLD.note
       OR NEW.order_id IS DISTINCT FROM OLD.order_id OR (OLD.content_hash <> '' AND NEW.content_hash <> OLD.content_hash) THEN
      RAISE EXCEPTION 'an approval is voided, not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  -- Taking the right to approve away waits for this approval, then voids it.
  PERFORM FROM app_user WHERE id = NEW.approver_id FOR SHARE;
  IF NOT EXISTS (SELECT 1 FROM app_user WHERE id = NEW.approver_id AND person_id = NEW.person_id
                 AND role = 'approver' AND disabled_at IS NULL) THEN
    RAISE EXCEPTION '% may not approve', NEW.approver_name USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM payout WHERE id = NEW.payout_id AND content_hash = NEW.content_hash AND order_id IS NOT DISTINCT FROM NEW.order_id
      AND amount_minor = NEW.amount_minor AND currency = NEW.currency AND status IN ('awaiting_approval', 'approved')) THEN
    RAISE EXCEPTION 'this is not what payout % asks for', NEW.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM payout p
    LEFT JOIN api_key k ON k.id = p.api_key_id
    LEFT JOIN destination d ON d.id = p.destination_id
    JOIN app_user u ON u.id IN (p.requested_by_id, k.owner_id, d.created_by_id) OR u.receiver_id = p.receiver_id
    WHERE p.id = NEW.payout_id AND u.person_id = NEW.person_id) THEN
    RAISE EXCEPTION 'nobody approves their own payout' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION approval_not_of_an_asker()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (
    SELECT FROM payout_askers(NEW.payout_id) AS asker JOIN app_user u ON u.id = asker WHERE u.person_id = NEW.person_id) THEN
    RAISE EXCEPTION 'nobody approves what they asked for' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION approval_numbered()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  NEW.payout_seq := (SELECT seq FROM payout WHERE id = NEW.payout_id);
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION approval_one_hand()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (SELECT behind_payout(NEW.payout_id) INTERSECT SELECT one_hand(NEW.person_id)) THEN
    RAISE EXCEPTION 'nobody approves their own payout, from any account' USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM approval a WHERE a.payout_id = NEW.payout_id AND a.voided_at IS NULL
             AND a.person_id <> NEW.person_id AND a.person_id IN (SELECT one_hand(NEW.person_id))) THEN
    RAISE EXCEPTION 'accounts in one hand approve once' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION paid_there(print text, most integer)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
AS $$
  -- Jumps from one receiver to the next in the index.
  WITH RECURSIVE each AS (
    (SELECT receiver_id FROM payout WHERE destination_print = print ORDER BY receiver_id LIMIT 1)
    UNION ALL
    SELECT (SELECT p.receiver_id FROM payout p WHERE p.destination_print = print AND p.receiver_id > each.receiver_id
            ORDER BY p.receiver_id LIMIT 1)
    FROM each WHERE each.receiver_id IS NOT NULL
  ) SELECT receiver_id FROM each WHERE receiver_id IS NOT NULL LIMIT most
$$;

CREATE OR REPLACE FUNCTION payout_auto_counted()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM auto_approval WHERE payout_id = NEW.id) THEN
    RAISE EXCEPTION 'the automatic approval of payout % was not counted', NEW.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION payout_not_alone()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF asked_alone(NEW) THEN
    RAISE EXCEPTION 'people must decide on payout %', NEW.id USING ERRCODE = 'PS002';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER approval_guard BEFORE INSERT OR UPDATE ON approval
  FOR EACH ROW
  EXECUTE FUNCTION approval_guard();

CREATE TRIGGER approval_never_deleted BEFORE DELETE ON approval
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER approval_no_truncate BEFORE TRUNCATE ON approval
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER approval_not_of_an_asker BEFORE INSERT ON approval
  FOR EACH ROW
  EXECUTE FUNCTION approval_not_of_an_asker();

CREATE TRIGGER approval_numbered BEFORE INSERT OR UPDATE OF payout_id, payout_seq ON approval
  FOR EACH ROW
  EXECUTE FUNCTION approval_numbered();

CREATE TRIGGER approval_one_hand BEFORE INSERT ON approval
  FOR EACH ROW
  EXECUTE FUNCTION approval_one_hand();

CREATE TRIGGER auto_approval_append_only BEFORE DELETE OR UPDATE ON auto_approval
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER auto_approval_no_truncate BEFORE TRUNCATE ON auto_approval
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER approval_follows_content AFTER UPDATE OF content_hash ON payout
  FOR EACH ROW
  WHEN (new.content_hash <> old.content_hash AND new.destination_sealed IS DISTINCT FROM old.destination_sealed AND NOT (new.amount_minor IS DISTINCT FROM old.amount_minor OR new.currency IS DISTINCT FROM old.currency OR new.receiver_id IS DISTINCT FROM old.receiver_id OR new.client_order_id IS DISTINCT FROM old.client_order_id OR new.order_id IS DISTINCT FROM old.order_id))
  EXECUTE FUNCTION approval_follows_content();

CREATE CONSTRAINT TRIGGER payout_auto_counted AFTER UPDATE OF status ON payout DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  WHEN (new.status = 'approved'::payout_status AND old.approvals_required IS NULL AND new.approvals_required = 0)
  EXECUTE FUNCTION payout_auto_counted();

CREATE TRIGGER payout_not_alone BEFORE UPDATE OF status ON payout
  FOR EACH ROW
  WHEN (new.status = 'approved'::payout_status AND old.status IS DISTINCT FROM 'approved'::payout_status AND old.approvals_required IS NULL AND new.approvals_required = 0)
  EXECUTE FUNCTION payout_not_alone();
