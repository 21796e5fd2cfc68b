-- safety: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE send_stop ADD CONSTRAINT send_stop_key CHECK (open_key IS NULL OR open_key = COALESCE('stop:'::text || endpoint_id, 'stop'::text));

CREATE OR REPLACE FUNCTION history_archive_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
DECLARE before history_archive;
BEGIN
  SELECT * INTO before FROM history_archive WHERE month < NEW.month ORDER BY month DESC LIMIT 1;
  IF TG_OP = 'INSERT' THEN
    IF NEW.from_event_id <> coalesce(before.last_event_id, 0) OR NEW.previous_root <> coalesce(before.root, '')
       OR NEW.last_event_id <= NEW.from_event_id OR NEW.events <= 0 OR NEW.dropping_at IS NOT NULL OR NEW.dropped_at IS NOT NULL
       OR EXISTS (SELECT FROM history_archive WHERE month >= NEW.month) THEN
      RAISE EXCEPTION 'an archived month continues the one before' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (to_jsonb(NEW) - 'dropping_at' - 'dropped_at') <> (to_jsonb(OLD) - 'dropping_at' - 'dropped_at')
     OR (OLD.dropping_at IS NOT NULL AND NEW.dropping_at IS DISTINCT FROM OLD.dropping_at) OR OLD.dropped_at IS NOT NULL THEN
    RAISE EXCEPTION 'what was archived stays as it was' USING ERRCODE = 'restrict_violation';
  END IF;
  IF before.month IS NOT NULL AND before.dropped_at IS NULL THEN
    RAISE EXCEPTION 'the month before is dropped first' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.dropped_at IS NOT NULL AND (NEW.dropping_at IS NULL OR EXISTS (SELECT FROM payout_event WHERE id <= NEW.last_event_id)) THEN
    RAISE EXCEPTION 'events of this month are still there' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_archived_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payout_event WHERE id = NEW.last_event_id AND payout_id = NEW.payout_id AND hash = NEW.last_hash) THEN
    RAISE EXCEPTION 'this is no event of the payout' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND ((NEW.payout_id, NEW.first_event_id) <> (OLD.payout_id, OLD.first_event_id)
       OR NEW.last_event_id <= OLD.last_event_id OR NEW.events <= OLD.events) THEN
    RAISE EXCEPTION 'what was archived of a payout only grows' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_claim_during_stop()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(734101);
  IF EXISTS (SELECT 1 FROM send_stop WHERE open_key IN ('stop', 'stop:' || NEW.endpoint_id)) THEN
    RAISE EXCEPTION 'payout-pay is stopped' USING ERRCODE = 'PS001';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_event_chain()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $$
BEGIN
  -- One writer at a time per payout: two events must not follow the same one. The same lock as every change of the row, and no
  -- stronger: FOR UPDATE would wait for a writer that has the row by a foreign key (a callback, an item) and waits for us.
  PERFORM 1 FROM payout WHERE id = NEW.payout_id FOR NO KEY UPDATE;
  NEW.prev_hash := coalesce(
    (SELECT hash FROM payout_event WHERE payout_id = NEW.payout_id ORDER BY id DESC LIMIT 1),
    (SELECT last_hash FROM payout_archived WHERE payout_id = NEW.payout_id), '');
  -- Numbers are given before the lock is held; this one is given under it, so that a chain's order is the order of its numbers.
  NEW.id := nextval('payout_event_id_seq');
  NEW.hash := encode(sha256(convert_to(payout_event_material(NEW), 'UTF8')), 'hex');
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payout_event_material(e payout_event)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $$
  SELECT jsonb_build_array(
    e.prev_hash, e.id, e.payout_id, extract(epoch FROM e.at), e.kind, e.move, e.from_status, e.to_status, e.version,
    e.actor_kind, e.actor_id, e.actor_name, e.data
  )::text
$$;

CREATE OR REPLACE FUNCTION payout_event_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (
       SELECT FROM history_archive a WHERE OLD.id > a.from_event_id AND OLD.id <= a.last_event_id
         AND a.dropping_at IS NOT NULL AND a.dropped_at IS NULL)
     OR NOT EXISTS (SELECT FROM payout_archived h WHERE h.payout_id = OLD.payout_id AND h.last_event_id >= OLD.id)
     OR NOT EXISTS (SELECT FROM payout p WHERE p.id = OLD.payout_id AND p.final_at IS NOT NULL)
     OR OLD.id > (SELECT least(last_event_id, compared_event_id) FROM books_mark)
     OR OLD.id > (SELECT last_event_id FROM webhook_mark) THEN
    RAISE EXCEPTION 'payout_event is only ever added to' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;

CREATE OR REPLACE FUNCTION send_stop_two()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
DECLARE stopper uuid;
BEGIN
  SELECT person_id INTO stopper FROM app_user WHERE id = OLD.stopped_by_id;
  IF stopper IS NOT NULL AND other_admin(stopper) AND EXISTS (
       SELECT 1 FROM app_user WHERE id = NEW.released_by_id AND person_id IN (SELECT one_hand(stopper))) THEN
    RAISE EXCEPTION 'another admin must release payments' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER history_anchor_append_only BEFORE DELETE OR UPDATE ON history_anchor
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER history_anchor_no_truncate BEFORE TRUNCATE ON history_anchor
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER history_archive_guard BEFORE INSERT OR UPDATE ON history_archive
  FOR EACH ROW
  EXECUTE FUNCTION history_archive_guard();

CREATE TRIGGER history_archive_never_deleted BEFORE DELETE ON history_archive
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER history_archive_no_truncate BEFORE TRUNCATE ON history_archive
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER payout_claim_during_stop BEFORE UPDATE OF status ON payout
  FOR EACH ROW
  WHEN (new.status = 'paying'::payout_status AND old.status IS DISTINCT FROM 'paying'::payout_status)
  EXECUTE FUNCTION payout_claim_during_stop();

CREATE TRIGGER payout_archived_guard BEFORE INSERT OR UPDATE ON payout_archived
  FOR EACH ROW
  EXECUTE FUNCTION payout_archived_guard();

CREATE TRIGGER payout_archived_never_deleted BEFORE DELETE ON payout_archived
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER payout_archived_no_truncate BEFORE TRUNCATE ON payout_archived
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER payout_event_append_only BEFORE UPDATE ON payout_event
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER payout_event_chain BEFORE INSERT ON payout_event
  FOR EACH ROW
  EXECUTE FUNCTION payout_event_chain();

CREATE TRIGGER payout_event_no_truncate BEFORE TRUNCATE ON payout_event
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER payout_event_stays BEFORE DELETE ON payout_event
  FOR EACH ROW
  EXECUTE FUNCTION payout_event_stays();

CREATE TRIGGER send_stop_two BEFORE UPDATE OF released_at ON send_stop
  FOR EACH ROW
  WHEN (new.released_at IS NOT NULL AND old.released_at IS NULL)
  EXECUTE FUNCTION send_stop_two();
