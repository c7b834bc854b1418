/** What one message costs in the windows: `deno bench bench/delivery_bench.ts`. */
import { OutputGate, ReceiveWindow, SendWindow } from "../lib/delivery/mod.ts";
import { messageIndex } from "../lib/protocol/message_index.ts";

const MESSAGES = 10_000;
const LIMITS = { messages: 32_767, bytes: 128 * 1024 * 1024 };
const ITEM = new Uint8Array(64);

const perMessage = (what: string): string => `${what}, ${MESSAGES} messages`;

Deno.bench(perMessage("send window: push, ack each"), () => {
  const window = new SendWindow<Uint8Array>(LIMITS, messageIndex(0));
  for (let n = 1; n <= MESSAGES; n++) {
    window.push(ITEM, 64, n);
    window.ack(messageIndex(n));
  }
});

Deno.bench(perMessage("send window: push, ack each 32"), () => {
  const window = new SendWindow<Uint8Array>(LIMITS, messageIndex(0));
  for (let n = 1; n <= MESSAGES; n++) {
    window.push(ITEM, 64, n);
    if (n % 32 === 0) window.ack(messageIndex(n));
  }
});

const full = new SendWindow<Uint8Array>(LIMITS, messageIndex(0));
let next = 0;
while (next < 32_767) full.push(ITEM, 64, ++next);

Deno.bench(perMessage("send window: ack, push with 32 767 pending"), () => {
  for (let i = 0; i < MESSAGES; i++) {
    full.ack(messageIndex(++next - 32_767));
    full.push(ITEM, 64, next);
  }
});

Deno.bench(perMessage("receive window: receive, handle, commit each"), () => {
  const window = new ReceiveWindow(messageIndex(0));
  for (let n = 1; n <= MESSAGES; n++) {
    window.receive(messageIndex(n));
    window.commit(window.handle());
  }
});

Deno.bench(perMessage("output gate: hold, seal and release each"), () => {
  const gate = new OutputGate<Uint8Array>(LIMITS);
  const send = (): void => {};
  for (let n = 1; n <= MESSAGES; n++) {
    gate.hold(ITEM, 64);
    gate.seal();
    gate.release(send);
  }
});
