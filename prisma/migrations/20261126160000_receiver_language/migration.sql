-- The language that people are written to: receivers as a request or their own choice names it, staff as they chose it. Null: nobody has
-- said. Mails keep the language they were written in, for their layout.
-- Locks: receiver, app_user and mail, each for a moment; no table is rewritten.

-- CreateEnum
CREATE TYPE "locale" AS ENUM ('en', 'ru');

-- AlterTable
ALTER TABLE "app_user" ADD COLUMN "locale" "locale";

-- AlterTable
ALTER TABLE "mail" ADD COLUMN "locale" "locale" NOT NULL DEFAULT 'en';

-- AlterTable
ALTER TABLE "receiver" ADD COLUMN "locale" "locale";
