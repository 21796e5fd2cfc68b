-- Why a worker can't write its marker: it sends nothing meanwhile, and readiness says so.
ALTER TABLE "worker_heartbeat" ADD COLUMN     "marker_trouble" TEXT;
