import type { EngineInterface, Register } from 'claude-code'
import './link'

// Tells streamtts what happens around the text: what Claude waits for, and what becomes of the conversation.

// Messages of an earlier conversation that are shown again, and how long one may be.
const mostOldMessages = 50
const mostCharacters = 20000
const mostOfPrompt = 2000
const mostLooks = 100

function shortened(value: unknown, length: number): string {
  return typeof value === 'string' ? value.slice(0, length) : ''
}

// What a call of a tool is about, for a person, and to tell it from the others of the same step.
function aimOf(input: unknown): string {
  const { command, file_path, url, description } = (input ?? {}) as Record<string, unknown>
  return shortened(command ?? file_path ?? url ?? description, 200)
}

function textOf(content: readonly object[]): string {
  return shortened(content.map(block => ('text' in block ? String(block.text) : '')).join('\n'), mostCharacters)
}

// Within a session, `/resume` is told while the conversation that is left is still in place.
async function isInPlace($: EngineInterface, sessionId: string): Promise<boolean> {
  for (let looks = 0; looks < mostLooks; looks++) {
    if ((await $.session.id()) === sessionId) return true
    await $.clock.sleep(20)
  }
  return false
}

// Not awaited by the hook: the session's start does not wait for it.
async function sendOldMessages($: EngineInterface, sessionId: string): Promise<void> {
  const isThere = await isInPlace($, sessionId).catch(() => false)
  const rows = isThere ? await $.session.messages({ last: mostOldMessages }).catch(() => []) : []
  const listed = Array.isArray(rows) ? rows : []
  const messages = listed.map(row => ({ role: row.role, text: shortened(row.text, mostCharacters) }))
  emit($, { ev: 'old', messages: messages.filter(message => message.text !== '') })
}

export const register: Register = on => {
  on('classic.SessionStart', ($, e, next) => {
    if (e.agent_id !== undefined) return next(e)
    emit($, { ev: 'session.change', source: e.source })
    if (e.source === 'resume' || e.source === 'fork') void sendOldMessages($, e.session_id)
    return next(e)
  })
  on('classic.PermissionRequest', ($, e, next) => {
    emit($, { ev: 'permission', agentId: e.agent_id, tool: e.tool_name, what: aimOf(e.tool_input) })
    return next(e)
  })
  on('classic.PostToolUse', ($, e, next) => {
    emit($, { ev: 'tool.end', agentId: e.agent_id, tool: e.tool_name, what: aimOf(e.tool_input) })
    return next(e)
  })
  on('classic.PostToolUseFailure', ($, e, next) => {
    emit($, { ev: 'tool.end', agentId: e.agent_id, tool: e.tool_name, what: aimOf(e.tool_input) })
    return next(e)
  })
  on('classic.Notification', ($, e, next) => {
    emit($, { ev: 'notification', kind: e.notification_type, message: shortened(e.message, 200) })
    return next(e)
  })
  on('classic.SubagentStart', ($, e, next) => {
    emit($, { ev: 'agent.start', agentId: e.agent_id, name: e.agent_type })
    return next(e)
  })
  // A prompt typed while a turn runs may be given to the model within that turn, between two of its steps.
  on('session.append', { door: 'delivery' }, ($, e, next) => {
    const isPrompt = e.origin.kind === 'composer' && e.message.name === 'queued_command'
    if (isPrompt && e.agentId === undefined) emit($, { ev: 'prompt.delivered', text: textOf(e.message.content) })
    return next(e)
  })
  on('prompt.submit', ($, e, next) => {
    const isTyped = e.origin.kind === 'composer'
    if (isTyped && e.turnId !== undefined) emit($, { ev: 'prompt.queued', prompt: shortened(e.text, mostOfPrompt) })
    return next(e)
  })
}
