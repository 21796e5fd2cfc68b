-- message: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE mail ADD CONSTRAINT mail_held_for_somebody CHECK ((held_for IS NULL) = (held_until IS NULL));

CREATE OR REPLACE FUNCTION mail_waits_for_digest()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO mail_digest (user_id, due_at) VALUES (NEW.held_for, NEW.held_until)
    ON CONFLICT (user_id) DO UPDATE SET due_at = LEAST(mail_digest.due_at, EXCLUDED.due_at);
  RETURN NULL;
END $$;

CREATE TRIGGER mail_only_sealed BEFORE INSERT ON mail
  FOR EACH ROW
  WHEN (new.text <> ''::text AND NOT starts_with(new.text, 'v1.'::text))
  EXECUTE FUNCTION only_sealed();

CREATE TRIGGER mail_stays_sealed BEFORE UPDATE OF text ON mail
  FOR EACH ROW
  WHEN (new.text <> old.text AND new.text <> ''::text AND NOT starts_with(new.text, 'v1.'::text))
  EXECUTE FUNCTION only_sealed();

CREATE TRIGGER mail_waits_for_digest AFTER INSERT ON mail
  FOR EACH ROW
  WHEN (new.held_until IS NOT NULL)
  EXECUTE FUNCTION mail_waits_for_digest();
