import type { EngineInterface, Register } from 'claude-code'
import './link'

// Sends each piece of streamed text to streamtts, as it comes. What happens around the text is the other mod's work:
// an event name that this version of Claude Code does not know keeps a whole mod from loading, and the text must flow.

// The tools whose arguments are prose for the user: a question with its options, and a plan.
function shownToUser(uses: readonly { name: string; input: unknown }[]): unknown[] {
  return uses.filter(use => use.name === 'AskUserQuestion' || use.name === 'ExitPlanMode')
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
    const shown = shownToUser(result.toolUses ?? [])
    emit($, { ev: 'step.end', ...at, answer: result.answer, stopReason: result.stopReason, shown })
    return result
  })
}
