-- destination: read from the migrated database by "npm run db:guards", explained in docs/database.md.

CREATE TRIGGER receiver_change_append_only BEFORE DELETE OR UPDATE ON receiver_change
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER receiver_change_no_truncate BEFORE TRUNCATE ON receiver_change
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();
