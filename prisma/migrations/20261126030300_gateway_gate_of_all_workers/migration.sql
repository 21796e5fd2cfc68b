-- The way to Cardzo that all workers share: the ceiling of requests, and whether Cardzo answers at all.
CREATE TABLE "gateway_gate" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "next_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "misses" INTEGER NOT NULL DEFAULT 0,
    "missed_since" TIMESTAMPTZ(3),
    "silent_since" TIMESTAMPTZ(3),
    "probe_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gateway_gate_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "gateway_gate" ADD CONSTRAINT gateway_gate_one CHECK (id = 1);
INSERT INTO "gateway_gate" DEFAULT VALUES;
