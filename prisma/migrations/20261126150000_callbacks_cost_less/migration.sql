-- A connection keeps the plan of a function's search for as long as the table's statistics stay the same. One that was made while
-- payout_event was empty read that table from end to end for each new event, until the next ANALYZE. Sequential scans are now off there.
-- The sequence is named, because finding its name took as long as taking a number from it. Locks nothing.
CREATE OR REPLACE FUNCTION payout_event_chain() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
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

-- Our id is searched for only among callbacks that came before their payout. The new index is small; making it reads callback once, and
-- holds back callbacks for as long.
DROP INDEX callback_client_order_id_idx;
CREATE INDEX callback_before_payout ON "callback" (client_order_id) WHERE payout_id IS NULL;
