-- Staff write notes on a payout: for each other, or for the receiver. For five minutes their author may change them, then they are fixed.
-- Locks: a short one on payout, for the foreign key.
CREATE TABLE "payout_note" (
    "id" UUID NOT NULL,
    "payout_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "to_receiver" BOOLEAN NOT NULL,
    "author_id" UUID NOT NULL,
    "author_name" TEXT NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "changed_at" TIMESTAMPTZ(3),

    CONSTRAINT "payout_note_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "payout_note_text" CHECK (length("text") BETWEEN 1 AND 2000)
);

-- CreateIndex
CREATE INDEX "payout_note_payout_id_written_at_idx" ON "payout_note"("payout_id", "written_at");

-- AddForeignKey
ALTER TABLE "payout_note" ADD CONSTRAINT "payout_note_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Who may write is asked here too: a note to the receiver speaks for the merchant.
CREATE FUNCTION payout_note_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM app_user WHERE id = NEW.author_id AND role IN ('clerk', 'approver', 'admin') AND disabled_at IS NULL) THEN
    RAISE EXCEPTION '% may not write notes', NEW.author_name USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.written_at := clock_timestamp();
    NEW.changed_at := NULL;
    RETURN NEW;
  END IF;
  IF OLD.written_at < clock_timestamp() - interval '5 minutes' THEN
    RAISE EXCEPTION 'a note is fixed after five minutes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.id <> OLD.id OR NEW.payout_id <> OLD.payout_id OR NEW.author_id <> OLD.author_id OR NEW.author_name <> OLD.author_name
     OR NEW.written_at <> OLD.written_at THEN
    RAISE EXCEPTION 'of a note only its text and whom it is for may change' USING ERRCODE = 'restrict_violation';
  END IF;
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER payout_note_guard BEFORE INSERT OR UPDATE ON "payout_note" FOR EACH ROW EXECUTE FUNCTION payout_note_guard();
CREATE TRIGGER payout_note_never_deleted BEFORE DELETE ON "payout_note" FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER payout_note_no_truncate BEFORE TRUNCATE ON "payout_note" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
