/** Requests to the key-value store, and what it answers: each read beside how it is written. */
import { EncodeError } from "./errors.ts";
import { type Layout, tagOf } from "./layout.ts";
import type { KvEntries, KvListQuery, KvMetadata, KvRequest, KvResponse } from "./message.ts";
import type { WireReader } from "./wire_reader.ts";
import type { WireWriter } from "./wire_writer.ts";

const LIST_QUERIES = ["all", "range", "prefix"] as const;
const RESPONSES = ["error", "get", "list", "put", "delete", "drop"] as const;

export function readKvRequest(reader: WireReader, layout: Layout): KvRequest {
  const kind = reader.tag(layout.kvRequests);
  switch (kind) {
    case "get":
    case "delete":
      return { kind, keys: readBytesList(reader) };
    case "list":
      return {
        kind,
        query: readListQuery(reader),
        reverse: reader.optional(() => reader.bool()),
        limit: reader.optional(() => reader.u64()),
      };
    case "put":
      return { kind, keys: readBytesList(reader), values: readBytesList(reader) };
    case "deleteRange":
      return { kind, start: reader.bytes(), end: reader.bytes() };
    case "drop":
      return { kind };
  }
}

export function writeKvRequest(writer: WireWriter, layout: Layout, request: KvRequest): void {
  writer.tag(tagOf(layout, layout.kvRequests, request.kind));
  switch (request.kind) {
    case "get":
    case "delete":
      return writeBytesList(writer, request.keys);
    case "list":
      writeListQuery(writer, request.query);
      writer.optional(request.reverse, (reverse) => writer.bool(reverse));
      writer.optional(request.limit, (limit) => writer.u64(limit, "limit"));
      return;
    case "put":
      writeBytesList(writer, request.keys);
      writeBytesList(writer, request.values);
      return;
    case "deleteRange":
      writer.bytes(request.start);
      writer.bytes(request.end);
      return;
    case "drop":
      return;
  }
}

function readListQuery(reader: WireReader): KvListQuery {
  const kind = reader.tag(LIST_QUERIES);
  switch (kind) {
    case "all":
      return { kind };
    case "range":
      return { kind, start: reader.bytes(), end: reader.bytes(), exclusive: reader.bool() };
    case "prefix":
      return { kind, key: reader.bytes() };
  }
}

function writeListQuery(writer: WireWriter, query: KvListQuery): void {
  writer.tag(LIST_QUERIES.indexOf(query.kind));
  switch (query.kind) {
    case "all":
      return;
    case "range":
      writer.bytes(query.start);
      writer.bytes(query.end);
      writer.bool(query.exclusive);
      return;
    case "prefix":
      return writer.bytes(query.key);
  }
}

export function readKvResponse(reader: WireReader): KvResponse {
  const kind = reader.tag(RESPONSES);
  switch (kind) {
    case "error":
      return { kind, message: reader.text() };
    case "get":
    case "list":
      return { kind, ...readEntries(reader) };
    case "put":
    case "delete":
    case "drop":
      return { kind };
  }
}

export function writeKvResponse(writer: WireWriter, response: KvResponse): void {
  writer.tag(RESPONSES.indexOf(response.kind));
  switch (response.kind) {
    case "error":
      return writer.text(response.message);
    case "get":
    case "list":
      return writeEntries(writer, response);
    case "put":
    case "delete":
    case "drop":
      return;
  }
}

function readEntries(reader: WireReader): KvEntries {
  const at = reader.offset;
  const keys = readBytesList(reader);
  const values = readBytesList(reader);
  const metadata = reader.list((): KvMetadata => ({
    version: reader.bytes(),
    updateTs: reader.i64(),
  }));
  const entries = { keys, values, metadata };
  const unequal = unequalLengths(entries);
  if (unequal !== null) reader.fail("decode.invalid_value", at, unequal);
  return entries;
}

function writeEntries(writer: WireWriter, entries: KvEntries): void {
  const unequal = unequalLengths(entries);
  if (unequal !== null) throw new EncodeError("encode.invalid_value", unequal);
  writeBytesList(writer, entries.keys);
  writeBytesList(writer, entries.values);
  writer.list(entries.metadata, ({ version, updateTs }) => {
    writer.bytes(version);
    writer.i64(updateTs, "updateTs");
  });
}

function unequalLengths({ keys, values, metadata }: KvEntries): string | null {
  if (keys.length === values.length && keys.length === metadata.length) return null;
  const lengths = `${keys.length}, ${values.length} and ${metadata.length}`;
  return `Keys, values and metadata are ${lengths}, not equal`;
}

function readBytesList(reader: WireReader): Uint8Array[] {
  return reader.list(() => reader.bytes());
}

function writeBytesList(writer: WireWriter, list: readonly Uint8Array[]): void {
  writer.list(list, (bytes) => writer.bytes(bytes));
}
