-- message: read from the migrated database by "npm run db:guards", explained in docs/database.md.

CREATE TRIGGER mail_only_sealed BEFORE INSERT ON mail
  FOR EACH ROW
  WHEN (new.text <> ''::text AND NOT starts_with(new.text, 'v1.'::text))
  EXECUTE FUNCTION only_sealed();

CREATE TRIGGER mail_stays_sealed BEFORE UPDATE OF text ON mail
  FOR EACH ROW
  WHEN (new.text <> old.text AND new.text <> ''::text AND NOT starts_with(new.text, 'v1.'::text))
  EXECUTE FUNCTION only_sealed();
