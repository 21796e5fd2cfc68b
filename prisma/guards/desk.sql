-- desk: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE desk_view ADD CONSTRAINT desk_view_short CHECK (length(name) >= 1 AND length(name) <= 60 AND length(query) <= 2000);

ALTER TABLE export ADD CONSTRAINT export_ended CHECK ((ended_at IS NULL) = (manifest IS NULL AND failure IS NULL));

ALTER TABLE export ADD CONSTRAINT export_format CHECK (format = ANY (ARRAY['csv'::text, 'xlsx'::text]));

ALTER TABLE first_run ADD CONSTRAINT first_run_backup CHECK ((backup_at IS NULL) = (backup_by_id IS NULL) AND (backup_at IS NULL) = (backup_by_name IS NULL));

ALTER TABLE first_run ADD CONSTRAINT first_run_one_row CHECK (id = 1);

ALTER TABLE first_run ADD CONSTRAINT first_run_test_mail CHECK ((test_mail_id IS NULL) = (test_mail_to IS NULL) AND (mail_accepted_at IS NULL OR test_mail_id IS NOT NULL));

ALTER TABLE open_item ADD CONSTRAINT open_item_owned_until CHECK ((owner_id IS NULL) = (owned_until IS NULL));

CREATE OR REPLACE FUNCTION close_items(payout uuid, kinds text[], reasons text[])
 RETURNS integer
 LANGUAGE plpgsql
AS $$
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
