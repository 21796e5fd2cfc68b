-- moving: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE import ADD CONSTRAINT import_decision CHECK (decision = ANY (ARRAY['confirmed'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text]));

ALTER TABLE import ADD CONSTRAINT import_kind CHECK (kind = ANY (ARRAY['receivers'::text, 'destinations'::text, 'history'::text]));

ALTER TABLE import ADD CONSTRAINT import_source CHECK ((kind = 'history'::text) = (source IS NOT NULL));

ALTER TABLE import_part ADD CONSTRAINT import_part_sealed CHECK (starts_with(sealed, 'v1.'::text));

ALTER TABLE import_part ADD CONSTRAINT import_part_what CHECK (what = ANY (ARRAY['rows'::text, 'problems'::text, 'left_out'::text]));

ALTER TABLE imported_payout ADD CONSTRAINT imported_payout_amount CHECK (amount_minor > 0);

ALTER TABLE imported_payout ADD CONSTRAINT imported_payout_ended CHECK (status = ANY (ARRAY['paid'::payout_status, 'declined'::payout_status, 'filtered'::payout_status, 'failed'::payout_status, 'rejected'::payout_status, 'cancelled'::payout_status, 'expired'::payout_status]));

ALTER TABLE imported_payout ADD CONSTRAINT imported_payout_last4 CHECK (length(account_last4) <= 4);

CREATE OR REPLACE FUNCTION destination_imported()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'how destination % came in stays', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (SELECT FROM import WHERE id = NEW.import_id AND kind = 'destinations' AND decision = 'confirmed' AND ended_at IS NULL)
     OR EXISTS (SELECT FROM payout WHERE receiver_id = NEW.receiver_id) OR EXISTS (SELECT FROM app_user WHERE receiver_id = NEW.receiver_id)
     OR EXISTS (SELECT FROM destination WHERE receiver_id = NEW.receiver_id AND import_id IS NULL) THEN
    RAISE EXCEPTION 'a destination is imported only as two people agreed, and only for a receiver who is new here' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION import_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.decision IS NOT NULL OR NEW.done <> 0 OR (NEW.wrong = 0) <> (NEW.ended_at IS NULL) THEN
      RAISE EXCEPTION 'an import begins as a proposal' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.seq, NEW.kind, NEW.source, NEW.at_once, NEW.rows, NEW.wrong, NEW.parts, NEW.sums, NEW.proposed_by_id, NEW.proposed_by_name, NEW.proposed_at)
       IS DISTINCT FROM (OLD.id, OLD.seq, OLD.kind, OLD.source, OLD.at_once, OLD.rows, OLD.wrong, OLD.parts, OLD.sums, OLD.proposed_by_id, OLD.proposed_by_name, OLD.proposed_at)
     OR OLD.ended_at IS NOT NULL OR NEW.done < OLD.done
     OR (OLD.decision IS NOT NULL AND (NEW.decision, NEW.decided_by_id, NEW.decided_at) IS DISTINCT FROM (OLD.decision, OLD.decided_by_id, OLD.decided_at)) THEN
    RAISE EXCEPTION 'import % is decided once and stays as it was proposed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.done > OLD.done AND OLD.decision IS DISTINCT FROM 'confirmed' THEN
    RAISE EXCEPTION 'import % was not confirmed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.decision = 'confirmed' AND OLD.decision IS NULL AND NOT EXISTS (
       SELECT FROM app_user b WHERE b.id = NEW.decided_by_id AND b.role = 'admin' AND b.disabled_at IS NULL
         AND NOT EXISTS (SELECT FROM app_user a WHERE a.id = NEW.proposed_by_id AND b.person_id IN (SELECT one_hand(a.person_id))))
     AND (NEW.decided_by_id IS NOT NULL OR NEW.proposed_by_id IS NOT NULL
       OR EXISTS (SELECT FROM app_user WHERE role = 'admin' AND disabled_at IS NULL)) THEN
    RAISE EXCEPTION 'an import takes two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION imported_payout_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF (NEW.id, NEW.import_id, NEW.source, NEW.reference, NEW.receiver_id, NEW.currency, NEW.amount_minor, NEW.status, NEW.ended_at, NEW.order_id)
       IS DISTINCT FROM (OLD.id, OLD.import_id, OLD.source, OLD.reference, OLD.receiver_id, OLD.currency, OLD.amount_minor, OLD.status, OLD.ended_at, OLD.order_id)
     OR NEW.account_last4 IS NOT NULL OR NEW.note IS NOT NULL OR NOT is_erased(OLD.receiver_id) THEN
    RAISE EXCEPTION 'an imported payout stays what it is' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER destination_import_stays BEFORE UPDATE OF import_id ON destination
  FOR EACH ROW
  WHEN (new.import_id IS DISTINCT FROM old.import_id)
  EXECUTE FUNCTION destination_imported();

CREATE TRIGGER destination_imported BEFORE INSERT ON destination
  FOR EACH ROW
  WHEN (new.import_id IS NOT NULL)
  EXECUTE FUNCTION destination_imported();

CREATE TRIGGER import_guard BEFORE INSERT OR UPDATE ON import
  FOR EACH ROW
  EXECUTE FUNCTION import_guard();

CREATE TRIGGER import_never_deleted BEFORE DELETE ON import
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER import_no_truncate BEFORE TRUNCATE ON import
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER imported_payout_append_only BEFORE DELETE ON imported_payout
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER imported_payout_no_truncate BEFORE TRUNCATE ON imported_payout
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER imported_payout_stays BEFORE UPDATE ON imported_payout
  FOR EACH ROW
  EXECUTE FUNCTION imported_payout_stays();
