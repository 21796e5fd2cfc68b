-- A reversal or chargeback of an order that ended here unpaid says that money moved, too.
CREATE OR REPLACE VIEW payout_in_doubt AS
  SELECT payout_id FROM open_item
  WHERE closed_at IS NULL AND payout_id IS NOT NULL AND (
    kind IN ('paid_after_end', 'final_contradicted', 'order_moved_without_us', 'other_order_id', 'outcome_unknown',
             'gateway_status_unknown', 'other_operation')
    OR (kind = 'callback_disagrees' AND severity = 'critical'))
  UNION
  SELECT payout_id FROM callback
  WHERE compared_at IS NULL AND about = 'status' AND status = 'approved' AND payout_id IS NOT NULL;

-- Who asked for an earlier one of a payout that was asked for again, and the keys those came by, are behind it, too.
CREATE FUNCTION asked_before(payout_id uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  WITH RECURSIVE chain AS (
    SELECT e.id, e.replaces_id, e.api_key_id FROM payout p JOIN payout e ON e.id = p.replaces_id WHERE p.id = payout_id
    UNION ALL
    SELECT p.id, p.replaces_id, p.api_key_id FROM payout p JOIN chain ON p.id = chain.replaces_id
  )
  SELECT api_key_id FROM chain WHERE api_key_id IS NOT NULL
  UNION
  SELECT u.person_id FROM chain, payout_askers(chain.id) AS asker JOIN app_user u ON u.id = asker
$$;
CREATE OR REPLACE FUNCTION behind_payout(payout_id uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT u.person_id FROM payout p JOIN app_user u ON u.id = p.requested_by_id WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN app_user u ON u.receiver_id = p.receiver_id WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN destination d ON d.id = p.destination_id JOIN app_user u ON u.id = d.created_by_id
    WHERE p.id = payout_id
  UNION SELECT u.person_id FROM payout p JOIN api_key k ON k.id = p.api_key_id JOIN app_user u ON u.id = k.owner_id WHERE p.id = payout_id
  UNION SELECT granted_by(p) FROM payout p WHERE p.id = payout_id AND p.reserves
  UNION SELECT p.api_key_id FROM payout p WHERE p.id = payout_id AND p.api_key_id IS NOT NULL
  UNION SELECT asked_before(payout_id) FROM payout p WHERE p.id = payout_id AND p.replaces_id IS NOT NULL
$$;
