// Loaded before a process that the demo starts (node --import): when the demo is gone, however it ended, its channel to us
// closes and we stop as if we had been told to.

/** Longer than any of our processes takes to stop by itself. */
const giveUpAfterMs = 20_000

// Children of ours inherit Node's arguments and have channels of their own: those are not our business.
if (process.channel && process.env['DEMO_PROCESS'] === String(process.ppid)) {
  // The channel alone must not keep a finished process alive.
  process.channel.unref()
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), giveUpAfterMs).unref()
    process.kill(process.pid, 'SIGTERM')
  })
}
