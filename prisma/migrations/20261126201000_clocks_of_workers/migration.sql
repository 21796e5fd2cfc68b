-- How far each worker's clock is from the database's, so that readiness can say that one differs.
-- Locks: ACCESS EXCLUSIVE on worker_heartbeat, for a moment: a column without a default rewrites nothing.

-- AlterTable
ALTER TABLE "worker_heartbeat" ADD COLUMN     "clock_ahead_ms" INTEGER;
