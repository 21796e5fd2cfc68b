-- A test of a connection also asks by a signed request, and keeps what came of that.
-- Locks: endpoint_test for a moment.

-- AlterTable
ALTER TABLE "endpoint_test" ADD COLUMN "key_answer" TEXT,
ADD COLUMN "key_said" TEXT;
