-- A payout may name the time before which it is not sent. It never changes, and the claim of payout-pay looks at it.
-- Locks: payout, exclusively, for a moment; a new column without a default rewrites nothing.
ALTER TABLE "payout" ADD COLUMN "pay_at" TIMESTAMPTZ(3);

-- Three functions and a trigger each learn one more thing. Nothing else in them changes, whatever other migrations have made of them.
DO $$
DECLARE
  change text[];
  body text;
BEGIN
  FOREACH change SLICE 1 IN ARRAY ARRAY[
    ['payout_claim_allowed', 'IF NEW.send_after > clock_timestamp() OR',
      'IF NEW.pay_at > clock_timestamp() OR NEW.send_after > clock_timestamp() OR'],
    ['payout_asked_for_stays', 'NEW.api_key_id, NEW.replaces_id)', 'NEW.api_key_id, NEW.replaces_id, NEW.pay_at)'],
    ['payout_asked_for_stays', 'OLD.api_key_id, OLD.replaces_id)', 'OLD.api_key_id, OLD.replaces_id, OLD.pay_at)'],
    -- A batch is judged as what its file came through. Text, because the value is newer than this function.
    ['payout_inherits', 'NEW.judged_source := NEW.source;',
      'NEW.judged_source := CASE WHEN NEW.source::text <> ''batch'' THEN NEW.source WHEN NEW.api_key_id IS NULL THEN ''desk'' ELSE ''api'' END;']
  ] LOOP
    body := pg_get_functiondef(change[1]::regproc);
    IF strpos(body, change[2]) = 0 THEN RAISE EXCEPTION '% has no "%"', change[1], change[2]; END IF;
    EXECUTE replace(body, change[2], change[3]);
  END LOOP;
  SELECT pg_get_triggerdef(oid) INTO body FROM pg_trigger WHERE tgname = 'payout_asked_for_stays';
  IF strpos(body, '(new.replaces_id IS DISTINCT FROM old.replaces_id)') = 0 THEN RAISE EXCEPTION 'payout_asked_for_stays: %', body; END IF;
  DROP TRIGGER payout_asked_for_stays ON payout;
  EXECUTE replace(body, '(new.replaces_id IS DISTINCT FROM old.replaces_id)',
    '(new.replaces_id IS DISTINCT FROM old.replaces_id) OR (new.pay_at IS DISTINCT FROM old.pay_at)');
END $$;
