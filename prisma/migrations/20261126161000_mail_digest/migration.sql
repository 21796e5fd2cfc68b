-- Approvers choose how often they get mails about payouts that wait for them, and when none. Such mails are held and sent as one.
-- Locks: app_user for a moment; mail while it is read once for two partial indexes.

-- CreateEnum
CREATE TYPE "mail_pace" AS ENUM ('at_once', 'hourly', 'daily');

-- AlterTable
ALTER TABLE "app_user" ADD COLUMN "mail_pace" "mail_pace" NOT NULL DEFAULT 'at_once',
ADD COLUMN "mail_zone" TEXT NOT NULL DEFAULT 'UTC',
ADD COLUMN "quiet_from" INTEGER,
ADD COLUMN "quiet_until" INTEGER,
ADD CONSTRAINT app_user_quiet_hours CHECK (
  (quiet_from IS NULL AND quiet_until IS NULL) OR (quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23 AND quiet_from <> quiet_until));

-- AlterTable
ALTER TABLE "mail" ADD COLUMN "held_for" UUID,
ADD COLUMN "held_until" TIMESTAMPTZ(3),
ADD CONSTRAINT mail_held_for_somebody CHECK ((held_for IS NULL) = (held_until IS NULL));

-- CreateTable
CREATE TABLE "mail_digest" (
    "user_id" UUID NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mail_digest_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "mail_digest_due_at_idx" ON "mail_digest"("due_at");

-- AddForeignKey
ALTER TABLE "mail_digest" ADD CONSTRAINT "mail_digest_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What is held waits for its digest, not for a job.
DROP INDEX mail_unsent;
CREATE INDEX mail_unsent ON "mail" (created_at) WHERE sent_at IS NULL AND held_until IS NULL;
CREATE INDEX mail_held ON "mail" (held_for) WHERE sent_at IS NULL AND held_until IS NOT NULL;

-- A held mail always has a digest that will take it. Who sends the digest holds its row, so this waits for them and then makes another one.
CREATE FUNCTION mail_waits_for_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO mail_digest (user_id, due_at) VALUES (NEW.held_for, NEW.held_until)
    ON CONFLICT (user_id) DO UPDATE SET due_at = LEAST(mail_digest.due_at, EXCLUDED.due_at);
  RETURN NULL;
END $$;
CREATE TRIGGER mail_waits_for_digest AFTER INSERT ON "mail" FOR EACH ROW WHEN (NEW.held_until IS NOT NULL)
  EXECUTE FUNCTION mail_waits_for_digest();
