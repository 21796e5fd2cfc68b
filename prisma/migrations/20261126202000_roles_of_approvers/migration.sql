-- A rule can ask that one approver has another role as well. The claim for payout-pay looks at it.
-- Replaces a function; locks nothing.
CREATE OR REPLACE FUNCTION payout_claim_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE given int; lacking text;
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
