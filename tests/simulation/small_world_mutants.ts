/** A fault as one replacement in one file, and what it would cost. */
export interface Mutant {
  readonly file: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly why: string;
}

/** Faults that the small world finds: each was planted, and found by its test. */
export const SMALL_WORLD_MUTANTS: readonly Mutant[] = [
  {
    file: "lib/runner/commit_loop.ts",
    find: "      this.#write(puts).then(() => this.#written(batch), (error) => this.#fail(error));",
    replace:
      "      this.#write(puts).then(() => {}, (error) => this.#fail(error));\n      this.#written(batch);",
    why: "acked and answered before the state is durable",
  },
  {
    file: "lib/gateway/runner_session.ts",
    find: "    for (const actor of [...this.actors.values()]) actor.tunnelBack();\n",
    replace: "",
    why: "nothing is sent again after a reconnect of the tunnel",
  },
  {
    file: "lib/runner/socket_room.ts",
    find: "        socket.ackAgain = true;\n",
    replace: "",
    why: "a duplicate is not acked again",
  },
  {
    file: "lib/delivery/send_window.ts",
    find: "    const covered = distance(this.#acked, index);",
    replace: "    const covered = index - this.#acked;",
    why: "acks stop where the index wraps",
  },
  {
    file: "lib/delivery/receive_window.ts",
    find: "    const ahead = distance(this.#received, index);",
    replace: "    const ahead = index - this.#received;",
    why: "messages stop where the index wraps",
  },
  {
    file: "lib/runner/tunnel_client.ts",
    find: '    if (events.length > 0) this.#connection.send({ kind: "events", events });\n',
    replace: "",
    why: "the word that an actor runs or has stopped is lost with the tunnel",
  },
  {
    file: "lib/runner/tunnel_client.ts",
    find: "    this.#kv.resend();\n",
    replace: "",
    why: "a commit that a cut took waits until it fails",
  },
  {
    file: "lib/gateway/runner_session.ts",
    find: '    if (commands.length > 0) this.#send({ kind: "commands", commands });\n',
    replace: "",
    why: "a command that a cut took is never heard",
  },
  {
    file: "lib/gateway/client_socket.ts",
    find: '    else if (this.#phase === "hibernating") this.actor.wake("message");\n',
    replace: "",
    why: "a message wakes nobody",
  },
  {
    file: "lib/gateway/actor_entry.ts",
    find: "    const cause = again ?? this.#wakeAfter ?? this.#whoWaits();",
    replace: "    const cause = again ?? this.#wakeAfter;",
    why: "a message that came while the actor stopped wakes nobody",
  },
  {
    file: "lib/runner/actor_instance.ts",
    find: "    await this.commit.settled();\n",
    replace: "",
    why: "an actor leaves before its last commit, and its answers go with it",
  },
  {
    file: "lib/gateway/runner_session.ts",
    find: "    if (this.#link !== link) return;\n    this.#link = null;",
    replace: "    this.#link = null;",
    why: "the end of an old tunnel ends the new one",
  },
  {
    file: "lib/runner/actor_host.ts",
    find:
      "    if (this.#actors.get(actor.actorId) === actor) this.#actors.delete(actor.actorId);\n",
    replace: "",
    why: "an actor that sleeps stays in its runner's memory",
  },
];
