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
