export interface ProblemProps {
  readonly status: number;
  /** What was wrong and what to do, in a sentence. */
  readonly message: string;
}

/** A page that stands where another cannot. */
export function Problem({ status, message }: ProblemProps) {
  return (
    <main class="mx-auto max-w-md space-y-4 px-4 py-24" data-testid="problem">
      <img src="/logo.svg" alt="" width="48" height="48" />
      <h1 class="text-lg font-semibold">{titleOf(status)}</h1>
      <p class="text-muted leading-relaxed">{message}</p>
      {status === 401 ? <Login /> : <a class="underline" href="/">Back to the dashboard</a>}
    </main>
  );
}

function Login() {
  return (
    <form method="post" action="/login" class="flex flex-wrap items-end gap-2">
      <p class="w-full leading-relaxed">
        Open the link that the server printed at its start, or give the token here.
      </p>
      <label class="field grow">
        Access token
        <input
          class="input"
          type="password"
          name="token"
          required
          autocomplete="current-password"
          data-testid="token"
        />
      </label>
      <button type="submit" class="button button-primary">Open</button>
    </form>
  );
}

function titleOf(status: number): string {
  switch (status) {
    case 401:
      return "This dashboard needs its access token";
    case 403:
      return "This dashboard does not answer here";
    case 404:
      return "There is no such page";
    default:
      return "That did not work";
  }
}
