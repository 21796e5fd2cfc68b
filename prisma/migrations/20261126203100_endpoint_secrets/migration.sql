-- Secrets of endpoints that were proposed and not decided on yet. The proposal names them by their id, so that neither it nor the audit trail
-- ever holds one, not even sealed. They go when it is decided.
-- Locks: none on tables that exist already.

-- CreateTable
CREATE TABLE "endpoint_secret" (
    "id" UUID NOT NULL,
    "endpoint_id" SMALLINT NOT NULL,
    "kind" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "kept_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "endpoint_secret_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "endpoint_secret"
  ADD CONSTRAINT endpoint_secret_kind CHECK (kind IN ('key', 'control')),
  ADD CONSTRAINT endpoint_secret_sealed CHECK (starts_with(sealed, 'v1.'));
