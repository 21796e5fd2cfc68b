-- Tests of connections that admins ask for: a worker asks each endpoint for an order that can't exist.
-- Locks: none on tables that exist already.

-- CreateTable
CREATE TABLE "endpoint_test" (
    "endpoint_id" SMALLINT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "taken_at" TIMESTAMPTZ(3),
    "answered_at" TIMESTAMPTZ(3),
    "answer" TEXT,
    "said" TEXT,

    CONSTRAINT "endpoint_test_pkey" PRIMARY KEY ("endpoint_id")
);

CREATE INDEX endpoint_test_waiting ON "endpoint_test" (asked_at) WHERE answered_at IS NULL;
