-- Files of payouts that are made in the background. Each is in parts, so that neither making nor sending one holds all of it; the parts go
-- after some days, and what the file was stays.

-- CreateTable
CREATE TABLE "export" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "owner_name" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "format" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "rows_done" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "ended_at" TIMESTAMPTZ(3),
    "failure" TEXT,
    "manifest" JSONB,
    "bytes" INTEGER,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "export_pkey" PRIMARY KEY ("id"),
    CONSTRAINT export_format CHECK (format IN ('csv', 'xlsx')),
    CONSTRAINT export_ended CHECK ((ended_at IS NULL) = (manifest IS NULL AND failure IS NULL))
);

-- CreateTable
CREATE TABLE "export_part" (
    "export_id" UUID NOT NULL,
    "part" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "export_part_pkey" PRIMARY KEY ("export_id","part")
);

-- CreateIndex
CREATE INDEX "export_asked_at_id_idx" ON "export"("asked_at", "id");
CREATE INDEX export_waiting ON "export" (asked_at) WHERE ended_at IS NULL;
CREATE INDEX export_kept ON "export" (expires_at) WHERE expires_at IS NOT NULL;

-- AddForeignKey
ALTER TABLE "export_part" ADD CONSTRAINT "export_part_export_id_fkey" FOREIGN KEY ("export_id") REFERENCES "export"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
