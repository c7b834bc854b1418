import net from "node:net";

const original = net.Socket.prototype.setNoDelay;

/**
 * Keeps what TCP_NODELAY is set to on the sockets of `node:net`, which npm `ws` connects with. It looks
 * at the handle, where Deno makes it the kernel's: a socket that ignored the call would pass a spy on
 * `net.Socket` alone.
 */
export class NoDelaySpy implements Disposable {
  readonly set: boolean[] = [];

  constructor() {
    const { set } = this;
    net.Socket.prototype.setNoDelay = function (noDelay?: boolean) {
      const handle = Reflect.get(this, "_handle");
      const real = handle.setNoDelay;
      handle.setNoDelay = (value: boolean) => {
        set.push(value);
        return real.call(handle, value);
      };
      return original.call(this, noDelay);
    };
  }

  [Symbol.dispose](): void {
    net.Socket.prototype.setNoDelay = original;
  }
}
