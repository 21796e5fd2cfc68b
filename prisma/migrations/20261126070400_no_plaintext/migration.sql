-- What is sealed is written sealed. No code reads anything else any more; what older versions left readable is sealed by the worker before it
-- takes its first payout, and nobody can put something readable there again for it to seal. The column payout.destination stays for those
-- rows, and empty.
CREATE FUNCTION only_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written sealed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payout_only_sealed BEFORE INSERT ON "payout" FOR EACH ROW
  WHEN (NEW.destination IS NOT NULL OR NEW.destination_sealed IS NULL OR NOT starts_with(NEW.destination_sealed, 'v1.')
    OR NOT starts_with(NEW.request_hash, 'v1.') OR NOT starts_with(NEW.content_hash, 'f1.'))
  EXECUTE FUNCTION only_sealed();
-- payout_guard refuses any other change of the readable column.
CREATE TRIGGER payout_stays_sealed BEFORE UPDATE ON "payout" FOR EACH ROW
  WHEN ((NEW.destination_sealed IS DISTINCT FROM OLD.destination_sealed AND NOT coalesce(starts_with(NEW.destination_sealed, 'v1.'), false))
    OR (NEW.request_hash <> OLD.request_hash AND NOT starts_with(NEW.request_hash, 'v1.'))
    OR (NEW.content_hash <> OLD.content_hash AND NOT starts_with(NEW.content_hash, 'f1.')))
  EXECUTE FUNCTION only_sealed();
CREATE TRIGGER app_user_only_sealed BEFORE INSERT ON "app_user" FOR EACH ROW
  WHEN (NEW.totp_secret IS NOT NULL AND NOT starts_with(NEW.totp_secret, 'v1.')) EXECUTE FUNCTION only_sealed();
CREATE TRIGGER app_user_stays_sealed BEFORE UPDATE OF totp_secret ON "app_user" FOR EACH ROW
  WHEN (NEW.totp_secret IS DISTINCT FROM OLD.totp_secret AND NEW.totp_secret IS NOT NULL AND NOT starts_with(NEW.totp_secret, 'v1.'))
  EXECUTE FUNCTION only_sealed();
CREATE TRIGGER mail_only_sealed BEFORE INSERT ON "mail" FOR EACH ROW
  WHEN (NEW.text <> '' AND NOT starts_with(NEW.text, 'v1.')) EXECUTE FUNCTION only_sealed();
CREATE TRIGGER mail_stays_sealed BEFORE UPDATE OF text ON "mail" FOR EACH ROW
  WHEN (NEW.text <> OLD.text AND NEW.text <> '' AND NOT starts_with(NEW.text, 'v1.')) EXECUTE FUNCTION only_sealed();
