import type { EngineInterface, Register } from 'claude-code'

// Sends each piece of streamed text to streamtts. One private copy of this folder per session; streamtts
// replaces "@SOCKET@" below. The loader follows `$` statically: helpers that take `$` must be top-level functions,
// and `$.noun.event(...)` must be spelled out at the call site. `claude plugin validate` checks this.

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

export const register: Register = on => {
  on('session.start', ($, e, next) => {
    emit($, { ev: 'session.start', surface: e.surface, isInteractive: e.isInteractive })
    return next(e)
  })
  on('turn.start', ($, e, next) => {
    emit($, { ev: 'turn.start', turnId: e.turnId, agentId: e.agentId, prompt: (e.text ?? '').slice(0, 2000) })
    return next(e)
  })
  on('turn.complete', ($, e, next) => {
    emit($, { ev: 'turn.complete', turnId: e.turnId, agentId: e.agentId, reason: e.reason })
    return next(e)
  })
  on('turn.step', async function* ($, e, next) {
    const at = { turnId: e.turnId, step: e.index, agentId: e.agentId }
    emit($, { ev: 'step.start', ...at })
    const stream = next(e)
    // `engine` marks a block's edge or a retry: text of the SAME block after it means that the text starts again.
    // Only the first one after some text says anything, so the others are not sent.
    let hasText = false
    for await (const c of stream) {
      if (c.kind === 'text' || c.kind === 'thinking') {
        if (c.text !== '') {
          emit($, { ev: c.kind, ...at, index: c.index, text: c.text })
          hasText = true
        }
      } else if (c.kind === 'tool') {
        emit($, { ev: 'tool', ...at, index: c.index, name: c.name })
      } else if (c.kind === 'engine' && hasText) {
        emit($, { ev: 'edge', ...at })
        hasText = false
      }
      yield c
    }
    const result = await stream.result
    emit($, { ev: 'step.end', ...at, answer: result.answer, stopReason: result.stopReason })
    return result
  })
}
