-- The hashes of what was asked for become keyed, because account numbers can be guessed from unkeyed ones. The start of a worker writes the
-- new ones (lib/db/reseal.ts), and does so again when the data key changes.

-- A guard function is changed at one place, whatever else stands in it.
CREATE FUNCTION pg_temp.change_function(name text, was text, becomes text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE body text := pg_get_functiondef(name::regproc);
BEGIN
  IF strpos(body, was) = 0 THEN RAISE EXCEPTION '% does not say: %', name, was; END IF;
  EXECUTE replace(body, was, becomes);
END $$;

-- A new hash comes with a new seal, or not at all.
SELECT pg_temp.change_function('payout_guard', 'NEW.request_hash <> OLD.request_hash',
  '(NEW.request_hash <> OLD.request_hash AND NEW.destination_sealed IS NOT DISTINCT FROM OLD.destination_sealed)');
SELECT pg_temp.change_function('payout_guard', '(OLD.content_hash <> '''' AND NEW.content_hash <> OLD.content_hash)',
  '(OLD.content_hash <> '''' AND NEW.content_hash <> OLD.content_hash AND NEW.destination_sealed IS NOT DISTINCT FROM OLD.destination_sealed)');

-- Approvals are bound to a content by its hash: they get the new one in the same statement, those that were voided too. Not when anything
-- else of what was approved changes with it: then they no longer count.
CREATE FUNCTION approval_follows_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE approval SET content_hash = NEW.content_hash WHERE payout_id = NEW.id AND content_hash = OLD.content_hash;
  RETURN NULL;
END $$;
CREATE TRIGGER approval_follows_content AFTER UPDATE OF content_hash ON "payout" FOR EACH ROW
  WHEN (NEW.content_hash <> OLD.content_hash AND NEW.destination_sealed IS DISTINCT FROM OLD.destination_sealed
    AND (NEW.amount_minor, NEW.currency, NEW.receiver_id, NEW.client_order_id, NEW.order_id)
      IS NOT DISTINCT FROM (OLD.amount_minor, OLD.currency, OLD.receiver_id, OLD.client_order_id, OLD.order_id))
  EXECUTE FUNCTION approval_follows_content();

-- Only then: inside that trigger, and nothing else of it.
SELECT pg_temp.change_function('approval_guard', 'IF TG_OP = ''UPDATE'' THEN', $become$IF TG_OP = 'UPDATE' THEN
    IF pg_trigger_depth() > 1 AND to_jsonb(NEW) - 'content_hash' = to_jsonb(OLD) - 'content_hash'
       AND NEW.content_hash = (SELECT content_hash FROM payout WHERE id = NEW.payout_id) THEN
      RETURN NEW;
    END IF;$become$);
