import { isLoopback } from "../access/host.ts";
import { GATEWAY_DEFAULTS } from "../gateway/options.ts";
import { contradictions } from "../rule/rule.ts";
import { REDACTED } from "../log/redact.ts";
import { RUNNER_DEFAULTS } from "../runner/options.ts";
import { STORE_DEFAULTS } from "../store/options.ts";
import type { Config } from "./config.ts";
import { ConfigError, type ConfigProblem } from "./config_error.ts";
import { GATEWAY_VARIABLES } from "./gateway_variables.ts";
import type { OptionVariable } from "./option_variables.ts";
import { type Environment, Reader } from "./reader.ts";
import { optionAt, type OptionPath, type RoomOptions } from "./rule.ts";
import { RUNNER_VARIABLES } from "./runner_variables.ts";
import { SIZE_RULES } from "./size_rules.ts";
import { STORE_VARIABLES } from "./store_variables.ts";
import { TIMER_RULES } from "./timer_rules.ts";
import type { Variable } from "./variable.ts";
import { VARIABLES } from "./variables.ts";

const OPTION_VARIABLES: Readonly<Record<keyof RoomOptions, readonly OptionVariable[]>> = {
  gateway: GATEWAY_VARIABLES,
  runner: RUNNER_VARIABLES,
  store: STORE_VARIABLES,
};

/** Every variable there is, in the order of the documentation. */
export const ALL_VARIABLES: readonly Variable<unknown>[] = [
  ...Object.values(VARIABLES),
  ...Object.values(OPTION_VARIABLES).flat(),
];

/**
 * Reads the configuration out of the environment. Throws a {@link ConfigError} that names everything
 * that is wrong: values, unknown `DORMOUSE_` variables, and options that contradict each other.
 */
export function loadConfig(env: Environment): Config {
  const reader = new Reader(env);
  const values = reader.readAll(VARIABLES);
  const { role, endpoint, gatewayHost, gatewayPort } = values;
  const options: RoomOptions = {
    gateway: reader.readOptions(GATEWAY_DEFAULTS, GATEWAY_VARIABLES),
    runner: reader.readOptions(RUNNER_DEFAULTS, RUNNER_VARIABLES),
    store: reader.readOptions(STORE_DEFAULTS, STORE_VARIABLES),
  };
  reader.refuseUnknown(ALL_VARIABLES.map(({ name }) => name));
  const problems = [
    ...reader.problems,
    ...ruleProblems(options),
    ...roleProblems(role, endpoint, gatewayPort),
    ...tokenProblems(values),
    ...faultProblems(values),
    ...portProblems(values, role !== "runner" && endpoint === null),
  ];
  if (problems.length > 0) throw new ConfigError(problems);

  const runsGateway = role !== "runner" && endpoint === null;
  const elsewhere = endpoint ?? (role === "runner" ? urlOf(gatewayHost, gatewayPort) : null);
  return {
    runsGateway,
    runsRunner: role !== "gateway",
    dataDir: values.dataDir,
    adminToken: values.adminToken,
    allowedHosts: values.allowedHosts,
    allowedOrigins: values.allowedOrigins,
    gatewayUrl: values.gatewayUrl,
    ui: { hostname: values.uiHost, port: values.uiPort },
    access: {
      tokens: { view: values.viewToken, payload: values.payloadToken },
      readOnly: values.uiReadOnly,
      limits: {
        actions: { perMinute: values.uiActionsPerMinute, perMinuteInAll: values.uiActionsInAll },
        guesses: { perMinute: values.uiGuessesPerMinute, perMinuteInAll: values.uiGuessesInAll },
      },
    },
    gateway: { hostname: gatewayHost, port: gatewayPort, options: options.gateway },
    runner: {
      endpoint: elsewhere,
      isOurs: endpoint === null,
      token: values.runnerToken,
      namespace: values.namespace,
      name: values.runnerName,
      totalSlots: values.totalSlots,
      version: values.runnerVersion,
      protocolVersion: values.protocolVersion,
      options: options.runner,
    },
    store: { options: options.store },
    capture: {
      payloads: values.capturePayloads === "always" ||
        values.capturePayloads === "loopback" &&
          isLoopback(bracketed(values.uiHost)),
      redact: values.redact,
    },
    log: { level: values.logLevel, format: values.logFormat },
    faults: values.faults,
    settings: reader.settings,
  };
}

function ruleProblems(options: RoomOptions): ConfigProblem[] {
  const rules = [...TIMER_RULES, ...SIZE_RULES];
  return contradictions(rules, (path) => optionAt(options, path), variableOf)
    .map(({ name, given, wanted }) => ({ variable: name, given: `${given}`, wanted }));
}

function variableOf(path: OptionPath): string {
  const [room, option] = path.split(".") as [keyof RoomOptions, string];
  return OPTION_VARIABLES[room].find((variable) => variable.option === option)!.name;
}

function roleProblems(role: string, endpoint: string | null, port: number): ConfigProblem[] {
  if (role === "gateway" && endpoint !== null) {
    return [{
      variable: VARIABLES.role.name,
      given: role,
      wanted:
        `all or runner, because ${VARIABLES.endpoint.name} is set: it takes the gateway's place`,
    }];
  }
  if (role === "runner" && endpoint === null && port === 0) {
    return [{
      variable: VARIABLES.gatewayPort.name,
      given: "0",
      wanted: `the port of the gateway to join, or its address in ${VARIABLES.endpoint.name}`,
    }];
  }
  return [];
}

/** What goes wrong on purpose does so for who develops, not for whoever finds the dashboard. */
function faultProblems(
  { faults, uiHost }: { readonly faults: boolean; readonly uiHost: string },
): ConfigProblem[] {
  if (!faults || isLoopback(bracketed(uiHost))) return [];
  return [{
    variable: VARIABLES.faults.name,
    given: "true",
    wanted: `false, because ${VARIABLES.uiHost.name}=${uiHost} lets others reach the dashboard`,
  }];
}

/** Whoever has one token must not have another's role, nor guess at a dashboard that anybody reaches. */
function tokenProblems({ uiHost, adminToken, payloadToken, viewToken }: {
  readonly uiHost: string;
  readonly adminToken: string | null;
  readonly payloadToken: string | null;
  readonly viewToken: string | null;
}): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const { uiHost: host, adminToken: admin, payloadToken: payload, viewToken: view } = VARIABLES;
  const differ = (a: string | null, variable: string, b: string | null, other: string): void => {
    if (a === null || a !== b) return;
    problems.push({ variable, given: REDACTED, wanted: `another token than ${other}` });
  };
  differ(payloadToken, payload.name, adminToken, admin.name);
  differ(viewToken, view.name, adminToken, admin.name);
  differ(viewToken, view.name, payloadToken, payload.name);
  if (adminToken === null && !/^(?:localhost|127(?:\.\d+){3}|::1)$/i.test(uiHost)) {
    problems.push({
      variable: admin.name,
      given: null,
      wanted: `a token of your own, because ${host.name}=${uiHost} lets others reach the ` +
        `dashboard; or leave ${host.name} at ${host.fallback}`,
    });
  }
  return problems;
}

function portProblems(
  { uiHost, uiPort, gatewayHost, gatewayPort }: {
    readonly uiHost: string;
    readonly uiPort: number;
    readonly gatewayHost: string;
    readonly gatewayPort: number;
  },
  runsGateway: boolean,
): ConfigProblem[] {
  if (!runsGateway || uiPort === 0 || uiPort !== gatewayPort || uiHost !== gatewayHost) return [];
  return [{
    variable: VARIABLES.uiPort.name,
    given: `${uiPort}`,
    wanted: `another port than ${VARIABLES.gatewayPort.name}, or 0 for any free one`,
  }];
}

/** As a Host header has it. */
function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}

/** Where a gateway that listens there is reached from the same machine. */
function urlOf(hostname: string, port: number): string {
  const reached = hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "::1" : hostname;
  return `http://${bracketed(reached)}:${port}`;
}
