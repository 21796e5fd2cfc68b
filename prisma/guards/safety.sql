-- safety: read from the migrated database by "npm run db:guards", explained in docs/database.md.

CREATE OR REPLACE FUNCTION payout_claim_during_stop()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(734101);
  IF EXISTS (SELECT 1 FROM send_stop WHERE open_key IS NOT NULL) THEN
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
  NEW.prev_hash := coalesce((SELECT hash FROM payout_event WHERE payout_id = NEW.payout_id ORDER BY id DESC LIMIT 1), '');
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

CREATE TRIGGER payout_claim_during_stop BEFORE UPDATE OF status ON payout
  FOR EACH ROW
  WHEN (new.status = 'paying'::payout_status AND old.status IS DISTINCT FROM 'paying'::payout_status)
  EXECUTE FUNCTION payout_claim_during_stop();

CREATE TRIGGER payout_event_append_only BEFORE DELETE OR UPDATE ON payout_event
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER payout_event_chain BEFORE INSERT ON payout_event
  FOR EACH ROW
  EXECUTE FUNCTION payout_event_chain();

CREATE TRIGGER payout_event_no_truncate BEFORE TRUNCATE ON payout_event
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER send_stop_two BEFORE UPDATE OF released_at ON send_stop
  FOR EACH ROW
  WHEN (new.released_at IS NOT NULL AND old.released_at IS NULL)
  EXECUTE FUNCTION send_stop_two();
