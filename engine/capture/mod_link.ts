// The way to streamtts, for both of its mods: it takes the place of the line "import './link'" in each, because older
// versions of Claude Code follow `$` only within one file. One private copy per session; streamtts replaces "@SOCKET@".
// Helpers that take `$` must be top-level functions, and `$.noun.event(...)` must be spelled out at the call site.
// `claude plugin validate` checks this.

// Names this load of the module: a reload starts to count from 0 again.
const run = Math.random().toString(36).slice(2)
// Beyond this many waiting events the receiver is stuck; Claude's memory is worth more than our text.
const mostWaiting = 20000
const mostTries = 3

let seq = 0
let waiting: unknown[] = []
let isSending = false

// A batch is tried again when the connection breaks; the receiver knows by `run` and `seq` what it already has.
async function send($: EngineInterface, batch: unknown[]): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const response = await $.http
      .fetch('http://streamtts/ev', {
        method: 'POST',
        socketPath: "@SOCKET@",
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(batch),
      })
      .catch(() => undefined)
    if (response) return
  }
}

async function flush($: EngineInterface): Promise<void> {
  if (isSending) return
  isSending = true
  while (waiting.length > 0) {
    const batch = waiting
    waiting = []
    await send($, batch)
  }
  isSending = false
}

// Never awaited by a hook: a slow or dead receiver costs the session nothing.
function emit($: EngineInterface, event: Record<string, unknown>): void {
  const numbered = { run, seq: seq++, t: Date.now(), ...event }
  if (waiting.length < mostWaiting) waiting.push(numbered)
  void flush($)
}
