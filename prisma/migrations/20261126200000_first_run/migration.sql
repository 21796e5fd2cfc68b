-- The checklist of a new installation: what can't be read from other tables (which mail was its test, who confirmed the backup), and an
-- index by which it finds the admins without reading every receiver's account.
-- Locks: app_user is read once for the index; nobody writes accounts until then.

-- CreateTable
CREATE TABLE "first_run" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "test_mail_id" UUID,
    "test_mail_to" TEXT,
    "mail_accepted_at" TIMESTAMPTZ(3),
    "mail_answer" TEXT,
    "backup_by_id" UUID,
    "backup_by_name" TEXT,
    "backup_at" TIMESTAMPTZ(3),

    CONSTRAINT "first_run_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "first_run"
  ADD CONSTRAINT "first_run_one_row" CHECK (id = 1),
  ADD CONSTRAINT "first_run_test_mail" CHECK ((test_mail_id IS NULL) = (test_mail_to IS NULL) AND (mail_accepted_at IS NULL OR test_mail_id IS NOT NULL)),
  ADD CONSTRAINT "first_run_backup" CHECK ((backup_at IS NULL) = (backup_by_id IS NULL) AND (backup_at IS NULL) = (backup_by_name IS NULL));

CREATE INDEX app_user_admin ON "app_user" (created_at, id) WHERE role = 'admin' AND disabled_at IS NULL;
