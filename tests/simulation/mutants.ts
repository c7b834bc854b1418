/** One change of a text that stands in a file exactly once. */
export interface Edit {
  /** From the project's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A bug that is planted, to see that the simulation finds it. */
export interface Mutant {
  readonly name: string;
  /** Of the traps in `docs/reliability.md`, which one this is. */
  readonly trap?: number;
  readonly edits: readonly Edit[];
}

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

const SEND_WINDOW = "lib/delivery/send_window.ts";
const RECEIVE_WINDOW = "lib/delivery/receive_window.ts";
const MESSAGE_INDEX = "lib/protocol/message_index.ts";
const CLIENT_SOCKET = "lib/gateway/client_socket.ts";
const ACTOR_ENTRY = "lib/gateway/actor_entry.ts";
const RUNNER_SESSION = "lib/gateway/runner_session.ts";
const SOCKET_ROOM = "lib/runner/socket_room.ts";
const COMMIT_LOOP = "lib/runner/commit_loop.ts";

export const MUTANTS: readonly Mutant[] = [
  {
    name: "the sweep keeps what timed out and drops what is healthy",
    trap: 1,
    edits: [edit(SEND_WINDOW, "now - oldest >= timeoutMs", "now - oldest < timeoutMs")],
  },
  {
    name: "pending bytes never go down",
    trap: 2,
    edits: [edit(SEND_WINDOW, "      this.#bytes -= this.#sizes[slot]!;\n", "")],
  },
  {
    name: "an ack far behind clears what is ahead: half a range, compared as a whole",
    trap: 3,
    edits: [
      edit(
        SEND_WINDOW,
        '    const covered = distance(this.#acked, index);\n    if (covered <= 0) return "stale";\n    if (covered > distance(this.#acked, this.#sent)) return "future";\n',
        '    let covered = (index - this.#acked) & 0xffff;\n    if (covered === 0) return "stale";\n    if (covered > this.#count) index = this.#sent;\n    covered = distance(this.#acked, index);\n',
      ),
    ],
  },
  {
    name: "acks compare as plain numbers",
    trap: 4,
    edits: [edit(SEND_WINDOW, "if (covered <= 0) return", "if (index <= this.#acked) return")],
  },
  {
    name: "the index does not wrap",
    trap: 5,
    edits: [
      edit(
        MESSAGE_INDEX,
        "return ((index + steps) & 0xffff) as MessageIndex;",
        "return (index + steps) as MessageIndex;",
      ),
    ],
  },
  {
    name: "acked and answered before it is durable",
    trap: 6,
    edits: [
      edit(
        COMMIT_LOOP,
        "this.#write(puts).then(() => this.#written(batch), (error) => this.#fail(error));",
        "this.#write(puts).catch((error) => this.#fail(error));\n      Promise.resolve().then(() => this.#written(batch));",
      ),
    ],
  },
  {
    name: "nothing is sent again after a cut",
    trap: 7,
    edits: [edit(ACTOR_ENTRY, 'if (this.#phase === "running") this.#flush();\n', "")],
  },
  {
    name: "a duplicate is not acked again",
    trap: 8,
    edits: [edit(SOCKET_ROOM, "        socket.ackAgain = true;\n", "")],
  },
  {
    name: "the ack timer runs on while the actor is away",
    trap: 9,
    edits: [edit(SEND_WINDOW, "    if (this.#held) return false;\n", "")],
  },
  {
    name: "the first message after a wake is dropped between ready and attach",
    trap: 10,
    edits: [
      edit(
        CLIENT_SOCKET,
        "    this.#window.release(this.#context.host.now(), this.#sender(), () => !session.isFull);\n",
        "    const first = advance(this.#window.lastAcked);\n" +
          "    const send = (index: MessageIndex, body: ToClientTunnelBody): void => {\n" +
          "      if (index !== first) this.#sender()(index, body);\n    };\n" +
          "    this.#window.release(this.#context.host.now(), send, () => !session.isFull);\n",
      ),
    ],
  },
  {
    name: "stopped is forgotten with its actor",
    trap: 11,
    edits: [
      edit(
        "lib/runner/tunnel_client.ts",
        '    if (event.kind === "stopped") this.#events.close(actorId);\n',
        '    if (event.kind === "stopped") this.#events.clear();\n',
      ),
    ],
  },
  {
    name: "a start that comes again restarts the actor",
    trap: 12,
    edits: [
      edit("lib/runner/command_log.ts", "    return isNew;\n", "    return true;\n"),
      edit(
        "lib/runner/actor_host.ts",
        "    if (running.generation >= generation) return;\n",
        "    if (running.generation > generation) return;\n",
      ),
    ],
  },
  {
    name: "a closed socket stays in the records",
    trap: 13,
    edits: [
      edit(
        CLIENT_SOCKET,
        "    if (this.#hibernatable) this.#context.hibernation.drop(this.requestId);\n",
        "    if (this.#hibernatable && this.#link !== null) {\n      this.#context.hibernation.drop(this.requestId);\n    }\n",
      ),
    ],
  },
  {
    name: "a request id is free before the actor has heard of the close",
    trap: 14,
    edits: [
      edit(
        CLIENT_SOCKET,
        '    if (phase !== "opening") this.#enter("closed");\n    this.#pushClose(close);\n',
        "    this.#pushClose(close);\n    return this.#forget();\n",
      ),
    ],
  },
  {
    name: "one bad frame ends the tunnel",
    trap: 15,
    edits: [
      edit(
        "lib/runner/connection.ts",
        "      return this.#context.observer.frameDropped?.(error.code);\n    }\n    if (message.kind",
        "      return this.#lost(this.#epoch, error.code);\n    }\n    if (message.kind",
      ),
    ],
  },
  {
    name: "large frames are overtaken: each is read like a Blob",
    trap: 16,
    edits: [
      edit(
        "lib/transport/deliver.ts",
        "    handlers.onFrame(frame);\n",
        "    if (frame.length < 2_000) return handlers.onFrame(frame);\n    let left = 90;\n    const read = (): void => left-- > 0 ? queueMicrotask(read) : handlers.onFrame(frame);\n    read();\n",
      ),
    ],
  },
  {
    name: "the socket of a message is looked for from the first to the last",
    trap: 17,
    edits: [
      edit(
        RUNNER_SESSION,
        "sockets.get(requestId) ?? requests.get(requestId)",
        "[...sockets.values()].find((it) => it.requestId === requestId) ?? requests.get(requestId)",
      ),
    ],
  },
  {
    name: "a text is made of each message for a log that is off",
    trap: 18,
    edits: [
      edit(
        "lib/runner/tunnel_socket.ts",
        "    this.#owner.frame(this, messageId, body);\n",
        "    void `frame ${JSON.stringify(messageId)}`;\n    this.#owner.frame(this, messageId, body);\n",
      ),
    ],
  },
  {
    name: "what waits for a sleeper has no bound",
    trap: 19,
    edits: [edit(SEND_WINDOW, 'if (this.#count >= this.#limits.messages) return "messages";', "")],
  },
  {
    name: "1006 goes on the wire",
    trap: 20,
    edits: [
      edit("lib/protocol/close.ts", "new Set([1005, 1006, 1015])", "new Set([1005, 1015])"),
    ],
  },
  {
    name: "the gateway takes its own ping for an answer",
    trap: 21,
    edits: [
      edit(
        RUNNER_SESSION,
        "const silentFor = host.now() - this.#lastPongAt;",
        "const silentFor = 0;",
      ),
    ],
  },
  {
    name: "an open that is sent again clears what waits for it",
    trap: 22,
    edits: [
      edit(
        CLIENT_SOCKET,
        "  #sendOpen(): void {\n",
        "  #sendOpen(): void {\n    if (this.#openSentAt !== undefined && this.#window.pending > 0) {\n      this.#window.release(0, () => {});\n      this.#window.ack(this.#window.lastSent);\n      this.#window.hold();\n    }\n",
      ),
    ],
  },
  {
    name: "the sweep closes and forgets in one step",
    trap: 23,
    edits: [
      edit(
        CLIENT_SOCKET,
        "    this.end(this.#detailed(CLIENT_CLOSE.ackTimeout));\n",
        "    this.drop(this.#detailed(CLIENT_CLOSE.ackTimeout));\n",
      ),
    ],
  },
  {
    name: "lengths from 16 385 on are written wrong",
    trap: 24,
    edits: [
      edit(
        "lib/protocol/wire_writer.ts",
        "      left >>>= 7;\n    }\n    this.#scratch[at++] = left;\n    this.#used = at;",
        "      left >>>= 7;\n    }\n    this.#scratch[at++] = length > 16_384 ? left ^ 1 : left;\n    this.#used = at;",
      ),
      edit(
        "lib/protocol/hot_codec.ts",
        "  frame[offset++] = left;\n",
        "  frame[offset++] = length > 16_384 ? left ^ 1 : left;\n",
      ),
    ],
  },
  {
    name: "an actor's words do not wait for its state",
    edits: [
      edit("lib/runner/output_path.ts", "    if (!isImmediate) {\n", "    if (isImmediate) {\n"),
    ],
  },
  {
    name: "a gap is taken for the next message",
    edits: [edit(RECEIVE_WINDOW, "if (ahead === 1) {", "if (ahead >= 1) {")],
  },
  {
    name: "a message that came before is handled again",
    edits: [
      edit(
        RECEIVE_WINDOW,
        'return distance(this.#committed, index) > 0 ? "inFlight" : "duplicate";',
        'return distance(this.#committed, index) > 0 ? "deliver" : "duplicate";',
      ),
    ],
  },
  {
    name: "events of an earlier generation count",
    edits: [
      edit(
        ACTOR_ENTRY,
        "checkpoint.generation !== this.record.generation || checkpoint.index <= this.#lastEvent",
        "checkpoint.generation > this.record.generation",
      ),
    ],
  },
  {
    name: "a message does not wake a sleeper",
    edits: [
      edit(
        CLIENT_SOCKET,
        '    else if (this.#phase === "hibernating") this.actor.wake("message");\n',
        "",
      ),
    ],
  },
  {
    name: "hibernation closes its sockets",
    edits: [
      edit(
        CLIENT_SOCKET,
        '      if (this.#phase === "active") this.#enter("hibernating");\n      return true;\n',
        '      if (this.#phase === "active") this.#enter("hibernating");\n      if (this.#window.pending === 0) return true;\n',
      ),
    ],
  },
  {
    name: "an ack from the future is taken",
    edits: [
      edit(
        SEND_WINDOW,
        'if (covered > distance(this.#acked, this.#sent)) return "future";',
        "if (covered > this.#count) return this.ack(this.#sent, onAcked);",
      ),
    ],
  },
  {
    name: "a runner that is away for long keeps its actors",
    edits: [
      edit(
        "lib/runner/actor_host.ts",
        "    for (const actor of [...this.#actors.values()]) actor.abandon(why);\n",
        "    void why;\n",
      ),
    ],
  },
  {
    name: "questions to the store are lost with a cut",
    edits: [
      edit("lib/runner/kv_client.ts", "      this.#options.send(waiting.call!.message);\n", ""),
    ],
  },
  {
    name: "handlers run beside each other",
    edits: [
      edit(
        "lib/runner/mailbox.ts",
        "    else pending.then(this.#finish);\n",
        "    else {\n      pending.then(() => this.pump());\n      this.#done(true);\n    }\n",
      ),
    ],
  },
  {
    name: "attachments are not there after a wake",
    edits: [edit(SOCKET_ROOM, "      attachment,\n", "      attachment: null,\n")],
  },
  {
    name: "a POST is sent again",
    edits: [
      edit(
        "lib/gateway/proxied_request.ts",
        "if (isUntouched && IDEMPOTENT.has(this.#request.method))",
        "if (isUntouched)",
      ),
    ],
  },
  {
    name: "the index is written ahead of the state that has seen it",
    edits: [
      edit(
        "lib/runner/commit_plan.ts",
        "  main.push(...parts, ...changes.bound);\n  return { ...pack(main, ahead), header,",
        "  main.push(...parts);\n  const packed = pack(main, ahead);\n" +
          "  const puts = [changes.bound, ...packed.puts].filter((put) => put.length > 0);\n" +
          "  return { ...packed, puts, header,",
      ),
    ],
  },
  {
    name: "the dashboard counts a crash as a sleep",
    edits: [
      edit(
        "lib/inspect/gateway_observer.ts",
        "counts.actorsCrashed.add();",
        "counts.actorsAsleep.add();",
      ),
    ],
  },
  {
    name: "two processes with one key are taken for one",
    edits: [
      edit(
        "lib/gateway/runner_registry.ts",
        'return known.process === identity.process ? undefined : "Another process came with its key";',
        "return undefined;",
      ),
    ],
  },
  {
    name: "the end of an old tunnel ends the new one",
    edits: [
      edit(
        RUNNER_SESSION,
        "    if (this.#link !== link) return;\n    this.#link = null;\n",
        "    this.#link = null;\n",
      ),
    ],
  },
  {
    name: "what an actor says is not sent again after a cut",
    edits: [
      edit(
        "lib/runner/outbox.ts",
        "    line.window.release(0, (index, body) => this.#transmit(line, index, body));\n",
        "    line.window.release(0, () => {});\n",
      ),
    ],
  },
  {
    name: "what an actor says again is given to its client twice",
    edits: [
      edit(
        "lib/delivery/take_window.ts",
        '    if (ahead < 1) return "duplicate";\n',
        '    if (ahead < 1) return "take";\n',
      ),
    ],
  },
  {
    name: "an actor is forgotten with a record that was not written",
    edits: [
      edit(
        "lib/gateway/actor_registry.ts",
        "        this.#unwritten.set(record.actorId, record);\n",
        "",
      ),
    ],
  },
  {
    name: "a commit that failed is told as done",
    edits: [
      edit(
        COMMIT_LOOP,
        "() => this.#written(batch), (error) => this.#fail(error)",
        "() => this.#written(batch), () => this.#written(batch)",
      ),
    ],
  },
];
