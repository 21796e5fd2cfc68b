-- Takes no lock on tables. Called by every move of a payout, so that its items are closed as they are after the wait for its row.
CREATE FUNCTION close_items(payout uuid, kinds text[], reasons text[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE closed integer;
BEGIN
  -- Also forgets what a person had closed: its cause is gone, and it would be news if it came back.
  UPDATE open_item i SET closed_at = coalesce(i.closed_at, now()), close_reason = coalesce(i.close_reason, c.reason),
    open_key = NULL, said = NULL
  FROM unnest(kinds, reasons) AS c (kind, reason)
  WHERE i.payout_id = payout AND i.kind = c.kind AND (i.closed_at IS NULL OR i.said IS NOT NULL);
  GET DIAGNOSTICS closed = ROW_COUNT;
  RETURN closed;
END $$;
