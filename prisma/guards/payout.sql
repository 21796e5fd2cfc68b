-- payout: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE payout ADD CONSTRAINT payout_amount CHECK (amount_minor > 0);

ALTER TABLE payout ADD CONSTRAINT payout_claimed_order CHECK (pay_claimed_at IS NULL OR order_id IS NOT NULL);

ALTER TABLE payout ADD CONSTRAINT payout_content CHECK (destination IS NOT NULL OR content_hash <> ''::text);

ALTER TABLE payout ADD CONSTRAINT payout_destination CHECK (destination IS NOT NULL OR destination_sealed IS NOT NULL);

ALTER TABLE payout ADD CONSTRAINT payout_final_at CHECK ((final_at IS NOT NULL) = (status = ANY (ARRAY['paid'::payout_status, 'declined'::payout_status, 'filtered'::payout_status, 'failed'::payout_status, 'rejected'::payout_status, 'cancelled'::payout_status, 'expired'::payout_status])));

ALTER TABLE payout_note ADD CONSTRAINT payout_note_text CHECK (length(text) >= 1 AND length(text) <= 2000);

ALTER TABLE payout_search_mark ADD CONSTRAINT payout_search_mark_one CHECK (id = 1);

ALTER TABLE payout_work ADD CONSTRAINT payout_work_priority CHECK (priority = ANY (ARRAY[0, 1]));

CREATE OR REPLACE FUNCTION payout_asked_for_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF (NEW.id, NEW.seq, NEW.source, NEW.created_at, NEW.judged_source, NEW.api_key_id, NEW.replaces_id, NEW.pay_at)
       IS DISTINCT FROM (OLD.id, OLD.seq, OLD.source, OLD.created_at, OLD.judged_source, OLD.api_key_id, OLD.replaces_id, OLD.pay_at)
     OR ((NEW.metadata, NEW.description, NEW.account_last4, NEW.ip_address)
           IS DISTINCT FROM (OLD.metadata, OLD.description, OLD.account_last4, OLD.ip_address)
         -- What is known of a receiver may go once their payout has ended; nothing else may come in its place.
         AND NOT (OLD.final_at IS NOT NULL AND NEW.metadata = '{}' AND NEW.description IS NULL AND NEW.account_last4 IS NULL
                  AND NEW.ip_address IS NULL AND is_erased(OLD.receiver_id))) THEN
    RAISE EXCEPTION 'what payout % asks for cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  -- Where no approval is required, this note alone lets the payout be paid.
  IF OLD.policy_note IS NOT NULL AND NEW.policy_note IS DISTINCT FROM OLD.policy_note THEN
    RAISE EXCEPTION 'payout % was judged and stays so', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  -- Writers name the version they saw. If a version came back, an old decision would pass.
  IF NEW.version < OLD.version THEN
    RAISE EXCEPTION 'the version of payout % only grows', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_endpoint_exists()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM endpoint WHERE id = NEW.endpoint_id) THEN
    RAISE EXCEPTION 'there is no endpoint %', NEW.endpoint_id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_endpoint_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'payout % stays with its endpoint', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION payout_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF OLD.final_at IS NOT NULL AND (NEW.status <> OLD.status OR NEW.final_at IS DISTINCT FROM OLD.final_at) THEN
    RAISE EXCEPTION 'payout % has ended as % and stays so', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.amount_minor <> OLD.amount_minor OR NEW.currency <> OLD.currency OR NEW.receiver_id <> OLD.receiver_id
     OR (NEW.destination IS NOT NULL AND NEW.destination IS DISTINCT FROM OLD.destination)
     OR (NEW.destination IS NULL AND NEW.destination_sealed IS NULL)
     OR NEW.client_order_id <> OLD.client_order_id
     OR NEW.idempotency_key <> OLD.idempotency_key OR (NEW.request_hash <> OLD.request_hash AND NEW.destination_sealed IS NOT DISTINCT FROM OLD.destination_sealed)
     OR (OLD.content_hash <> '' AND NEW.content_hash <> OLD.content_hash AND NEW.destination_sealed IS NOT DISTINCT FROM OLD.destination_sealed) OR NEW.reserves <> OLD.reserves
     OR NEW.requested_by_id IS DISTINCT FROM OLD.requested_by_id OR NEW.destination_id IS DISTINCT FROM OLD.destination_id THEN
    RAISE EXCEPTION 'what payout % asks for cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.policy_version IS NOT NULL AND NEW.policy_version IS DISTINCT FROM OLD.policy_version THEN
    RAISE EXCEPTION 'payout % keeps the policy it started with', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.approvals_required IS NOT NULL AND NEW.approvals_required IS DISTINCT FROM OLD.approvals_required THEN
    RAISE EXCEPTION 'payout % was judged and stays so', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id THEN
    RAISE EXCEPTION 'the order of payout % cannot be replaced', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_inherits()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
DECLARE earlier payout%ROWTYPE;
BEGIN
  NEW.judged_source := CASE WHEN NEW.source::text <> 'batch' THEN NEW.source WHEN NEW.api_key_id IS NULL THEN 'desk' ELSE 'api' END;
  IF NEW.replaces_id IS NOT NULL THEN
    SELECT * INTO earlier FROM payout WHERE id = NEW.replaces_id;
    IF earlier.final_at IS NULL OR earlier.status = 'paid' OR earlier.receiver_id <> NEW.receiver_id
       OR earlier.currency <> NEW.currency OR earlier.amount_minor <> NEW.amount_minor THEN
      RAISE EXCEPTION 'this does not replace payout %', NEW.replaces_id USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.judged_source := earlier.judged_source;
    NEW.reserves := NEW.reserves OR earlier.reserves;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_judged_source_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'payout % keeps what it inherited', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION payout_note_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.text = '…' AND is_erased((SELECT receiver_id FROM payout WHERE id = OLD.payout_id))
     AND (NEW.id, NEW.payout_id, NEW.to_receiver, NEW.author_id, NEW.author_name, NEW.written_at, NEW.changed_at) IS NOT DISTINCT FROM
         (OLD.id, OLD.payout_id, OLD.to_receiver, OLD.author_id, OLD.author_name, OLD.written_at, OLD.changed_at) THEN
    RETURN NEW;
  END IF;
  IF NOT EXISTS (SELECT FROM app_user WHERE id = NEW.author_id AND role IN ('clerk', 'approver', 'admin') AND disabled_at IS NULL) THEN
    RAISE EXCEPTION '% may not write notes', NEW.author_name USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.written_at := clock_timestamp();
    NEW.changed_at := NULL;
    RETURN NEW;
  END IF;
  IF OLD.written_at < clock_timestamp() - interval '5 minutes' THEN
    RAISE EXCEPTION 'a note is fixed after five minutes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.id <> OLD.id OR NEW.payout_id <> OLD.payout_id OR NEW.author_id <> OLD.author_id OR NEW.author_name <> OLD.author_name
     OR NEW.written_at <> OLD.written_at THEN
    RAISE EXCEPTION 'of a note only its text and whom it is for may change' USING ERRCODE = 'restrict_violation';
  END IF;
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_work_begins()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO payout_work (payout_id, due_at, endpoint_id)
    VALUES (NEW.id, CASE WHEN NEW.final_at IS NULL THEN date_trunc('milliseconds', now()) END, NEW.endpoint_id);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION payout_work_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.payout_id <> OLD.payout_id OR NEW.endpoint_id <> OLD.endpoint_id THEN
    RAISE EXCEPTION 'the work of payout % stays with it', OLD.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  -- A worker that has taken over a lease must stay ahead.
  RAISE EXCEPTION 'the fence of payout % only grows', OLD.payout_id USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION payout_work_stays_due()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payout WHERE id = NEW.payout_id AND final_at IS NOT NULL) THEN
    RAISE EXCEPTION 'payout % has not ended, so it must be due at some time', NEW.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER payout_asked_for_stays BEFORE UPDATE ON payout
  FOR EACH ROW
  WHEN (new.id IS DISTINCT FROM old.id OR new.seq IS DISTINCT FROM old.seq OR new.source IS DISTINCT FROM old.source OR new.created_at IS DISTINCT FROM old.created_at OR new.metadata IS DISTINCT FROM old.metadata OR new.judged_source IS DISTINCT FROM old.judged_source OR new.description IS DISTINCT FROM old.description OR new.account_last4 IS DISTINCT FROM old.account_last4 OR new.ip_address IS DISTINCT FROM old.ip_address OR new.api_key_id IS DISTINCT FROM old.api_key_id OR new.replaces_id IS DISTINCT FROM old.replaces_id OR new.pay_at IS DISTINCT FROM old.pay_at OR old.policy_note IS NOT NULL AND new.policy_note IS DISTINCT FROM old.policy_note OR new.version < old.version)
  EXECUTE FUNCTION payout_asked_for_stays();

CREATE TRIGGER payout_endpoint_exists BEFORE INSERT ON payout
  FOR EACH ROW
  WHEN (new.endpoint_id <> 1)
  EXECUTE FUNCTION payout_endpoint_exists();

CREATE TRIGGER payout_endpoint_stays BEFORE UPDATE OF endpoint_id ON payout
  FOR EACH ROW
  WHEN (new.endpoint_id IS DISTINCT FROM old.endpoint_id)
  EXECUTE FUNCTION payout_endpoint_stays();

CREATE TRIGGER payout_guard BEFORE UPDATE ON payout
  FOR EACH ROW
  WHEN (new.amount_minor IS DISTINCT FROM old.amount_minor OR new.currency IS DISTINCT FROM old.currency OR new.receiver_id IS DISTINCT FROM old.receiver_id OR new.destination IS DISTINCT FROM old.destination OR new.destination_sealed IS DISTINCT FROM old.destination_sealed OR new.destination_id IS DISTINCT FROM old.destination_id OR new.client_order_id IS DISTINCT FROM old.client_order_id OR new.idempotency_key IS DISTINCT FROM old.idempotency_key OR new.request_hash IS DISTINCT FROM old.request_hash OR new.content_hash IS DISTINCT FROM old.content_hash OR new.reserves IS DISTINCT FROM old.reserves OR new.requested_by_id IS DISTINCT FROM old.requested_by_id OR new.policy_version IS DISTINCT FROM old.policy_version OR old.approvals_required IS NOT NULL AND new.approvals_required IS DISTINCT FROM old.approvals_required OR old.order_id IS NOT NULL AND new.order_id IS DISTINCT FROM old.order_id OR old.final_at IS NOT NULL AND (new.status IS DISTINCT FROM old.status OR new.final_at IS DISTINCT FROM old.final_at))
  EXECUTE FUNCTION payout_guard();

CREATE TRIGGER payout_inherits BEFORE INSERT ON payout
  FOR EACH ROW
  EXECUTE FUNCTION payout_inherits();

CREATE TRIGGER payout_judged_source_stays BEFORE UPDATE OF judged_source, replaces_id ON payout
  FOR EACH ROW
  WHEN (new.judged_source IS DISTINCT FROM old.judged_source OR new.replaces_id IS DISTINCT FROM old.replaces_id)
  EXECUTE FUNCTION payout_judged_source_stays();

CREATE TRIGGER payout_never_deleted BEFORE DELETE ON payout
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER payout_only_sealed BEFORE INSERT ON payout
  FOR EACH ROW
  WHEN (new.destination IS NOT NULL OR new.destination_sealed IS NULL OR NOT starts_with(new.destination_sealed, 'v1.'::text) OR NOT starts_with(new.request_hash, 'v1.'::text) OR NOT starts_with(new.content_hash, 'f1.'::text))
  EXECUTE FUNCTION only_sealed();

CREATE TRIGGER payout_stays_sealed BEFORE UPDATE ON payout
  FOR EACH ROW
  WHEN (new.destination_sealed IS DISTINCT FROM old.destination_sealed AND NOT COALESCE(starts_with(new.destination_sealed, 'v1.'::text), false) OR new.request_hash <> old.request_hash AND NOT starts_with(new.request_hash, 'v1.'::text) OR new.content_hash <> old.content_hash AND NOT starts_with(new.content_hash, 'f1.'::text))
  EXECUTE FUNCTION only_sealed();

CREATE TRIGGER payout_work_begins AFTER INSERT ON payout
  FOR EACH ROW
  EXECUTE FUNCTION payout_work_begins();

CREATE TRIGGER payout_note_guard BEFORE INSERT OR UPDATE ON payout_note
  FOR EACH ROW
  EXECUTE FUNCTION payout_note_guard();

CREATE TRIGGER payout_note_never_deleted BEFORE DELETE ON payout_note
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER payout_note_no_truncate BEFORE TRUNCATE ON payout_note
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER payout_work_never_deleted BEFORE DELETE ON payout_work
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER payout_work_no_truncate BEFORE TRUNCATE ON payout_work
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER payout_work_stays BEFORE UPDATE ON payout_work
  FOR EACH ROW
  WHEN (new.payout_id <> old.payout_id OR new.endpoint_id <> old.endpoint_id OR new.fence < old.fence)
  EXECUTE FUNCTION payout_work_stays();

CREATE TRIGGER payout_work_stays_due BEFORE INSERT OR UPDATE OF due_at ON payout_work
  FOR EACH ROW
  WHEN (new.due_at IS NULL)
  EXECUTE FUNCTION payout_work_stays_due();
