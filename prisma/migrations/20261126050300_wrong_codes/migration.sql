-- AlterTable
ALTER TABLE "sign_in_attempt" ADD COLUMN     "wrong_codes" INTEGER NOT NULL DEFAULT 0;
