/**
 * Stands in for `jsr:@std/assert@1`, which npm does not have: the names and signatures that the
 * tests here use, on top of `node:assert`.
 *
 * Equality is that of `node:util`'s `isDeepStrictEqual`. It is stricter than the original in one
 * point: an object without a prototype differs from a plain one.
 */
import { AssertionError as NodeAssertionError, deepStrictEqual } from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";

type ErrorConstructor<E extends Error> = abstract new (...args: never[]) => E;

/** What every function of this module throws when its claim does not hold. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Claims that `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Claims that both are equal in structure and value. The error shows the difference. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new AssertionError(`Values are not equal${suffix(msg)}\n${difference(actual, expected)}`);
}

/** Claims that both differ in structure or value. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!isDeepStrictEqual(actual, expected)) return;
  throw new AssertionError(`Expected actual to differ from: ${show(expected)}${suffix(msg)}`);
}

/** Claims that both are the same value, as `Object.is` says. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const what = isDeepStrictEqual(actual, expected)
    ? `Values have the same structure but are not the same reference${suffix(msg)}`
    : `Values are not strictly equal${suffix(msg)}`;
  throw new AssertionError(`${what}\n${difference(actual, expected)}`);
}

/** Claims that the value is neither `null` nor `undefined`. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual !== undefined && actual !== null) return;
  throw new AssertionError(`Expected a value, got ${show(actual)}${suffix(msg)}`);
}

/** Claims that the value was made by that class or one that extends it. */
export function assertInstanceOf<T extends abstract new (...args: never[]) => unknown>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  throw new AssertionError(
    `Expected an instance of ${expectedType.name}, got ${show(actual)}${suffix(msg)}`,
  );
}

/** Claims that the text matches. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (actual.search(expected) !== -1) return;
  throw new AssertionError(`Expected ${show(actual)} to match ${expected}${suffix(msg)}`);
}

/** Claims that the text has the other text in it. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(`Expected ${show(actual)} to include ${show(expected)}${suffix(msg)}`);
}

/** Claims that `fn` throws, and gives back what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Claims that `fn` throws an error of that class whose message includes `msgIncludes`. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  classOrMsg?: ErrorConstructor<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const claim = toClaim(classOrMsg, msgIncludes, msg);
  try {
    fn();
  } catch (error) {
    return checkThrown(error, claim);
  }
  throw new AssertionError(`Expected the function to throw${suffix(claim.msg)}`);
}

/** Claims that the promise of `fn` rejects, and gives back the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Claims that it rejects with an error of that class whose message includes `msgIncludes`. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorConstructor<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const claim = toClaim(classOrMsg, msgIncludes, msg);
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (error) {
    throw new AssertionError(
      `Expected a rejected promise, but the function threw at once: ${show(error)}${
        suffix(claim.msg)
      }`,
      { cause: error },
    );
  }
  try {
    await promise;
  } catch (error) {
    return checkThrown(error, claim);
  }
  throw new AssertionError(`Expected the promise to reject${suffix(claim.msg)}`);
}

/** Fails the test. */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${suffix(msg)}`);
}

interface Claim {
  readonly ErrorClass: ErrorConstructor<Error> | undefined;
  readonly msgIncludes: string | undefined;
  readonly msg: string | undefined;
}

function toClaim(
  classOrMsg: ErrorConstructor<Error> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): Claim {
  return typeof classOrMsg === "string"
    ? { ErrorClass: undefined, msgIncludes: undefined, msg: classOrMsg }
    : { ErrorClass: classOrMsg, msgIncludes, msg };
}

function checkThrown(error: unknown, { ErrorClass, msgIncludes, msg }: Claim): unknown {
  if (ErrorClass === undefined) return error;
  if (!(error instanceof ErrorClass)) {
    throw new AssertionError(
      `Expected an error of class ${ErrorClass.name}, got ${show(error)}${suffix(msg)}`,
      { cause: error },
    );
  }
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    throw new AssertionError(
      `Expected the error's message to include ${show(msgIncludes)}, got ${show(error.message)}${
        suffix(msg)
      }`,
      { cause: error },
    );
  }
  return error;
}

function difference(actual: unknown, expected: unknown): string {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    if (error instanceof NodeAssertionError) return error.message;
    throw error;
  }
  return `${show(actual)}\n${show(expected)}`;
}

function show(value: unknown): string {
  return inspect(value, { depth: 8, sorted: true });
}

function suffix(msg: string | undefined): string {
  return msg === undefined || msg === "" ? "" : `: ${msg}`;
}
