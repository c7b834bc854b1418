export { badRequest, boolean, commaSeparated, parse, parseQuery, text } from "./parse.ts";
