import { onWalk } from "./on_walk.ts";

/** What the program does that no run shows: counted while a simulation has the thread. */
export const work = {
  /** Entries of maps and sets that were gone through. */
  walked: 0,
  /** Values that were turned into JSON. */
  texts: 0,
};

/** What the simulation itself does meanwhile does not count. */
export function uncounted<T>(look: () => T): T {
  const { walked, texts } = work;
  const result = look();
  work.walked = walked;
  work.texts = texts;
  return result;
}

/**
 * Runs `body` in a world where everything comes from the seed: real clocks, timers and randomness
 * throw, and what is only weakly held is gone when `isCollected` says so. Errors that nobody catches
 * go to `onError`.
 */
export async function inSandbox<T>(
  body: () => Promise<T>,
  { onError, isCollected }: {
    readonly onError: (error: unknown) => void;
    readonly isCollected: () => boolean;
  },
): Promise<T> {
  const undo: (() => void)[] = [];
  // deno-lint-ignore no-explicit-any
  const replace = (target: any, name: PropertyKey, value: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(target, name)!;
    Object.defineProperty(target, name, { configurable: true, writable: true, value });
    undo.push(() => Object.defineProperty(target, name, before));
  };
  const forbid = (target: object, name: string): void =>
    replace(target, name, () => {
      throw new Error(`The program reached for ${name}, past its host`);
    });
  forbid(Date, "now");
  forbid(Math, "random");
  forbid(globalThis, "setTimeout");
  forbid(globalThis, "setInterval");
  replace(globalThis, "reportError", onError);
  replace(globalThis, "WeakRef", collectable(isCollected));
  replace(globalThis, "FinalizationRegistry", NoRegistry);
  undo.push(onWalk((entries) => work.walked += entries));
  const { stringify } = JSON;
  replace(JSON, "stringify", (...args: Parameters<typeof stringify>) => {
    work.texts++;
    return stringify(...args);
  });
  try {
    return await body();
  } finally {
    for (const restore of undo.reverse()) restore();
  }
}

function collectable(isCollected: () => boolean) {
  return class {
    #target: unknown;
    constructor(target: unknown) {
      this.#target = target;
    }
    deref(): unknown {
      if (isCollected()) this.#target = undefined;
      return this.#target;
    }
  };
}

class NoRegistry {
  register(): void {}
  unregister(): void {}
}
