/** The pages that there is a way to from everywhere. */
export interface PageLink {
  readonly id: PageId;
  readonly title: string;
  readonly href: string;
  /** Pressed after `g`, it leads there. */
  readonly key: string;
}

export type PageId =
  | "overview"
  | "actors"
  | "sockets"
  | "hibernation"
  | "requests"
  | "runners"
  | "events"
  | "audit"
  | "faults";

export const PAGES: readonly PageLink[] = [
  { id: "overview", title: "Overview", href: "/", key: "o" },
  { id: "actors", title: "Actors", href: "/actors", key: "a" },
  { id: "sockets", title: "Sockets", href: "/sockets", key: "s" },
  { id: "hibernation", title: "Hibernation", href: "/hibernation", key: "h" },
  { id: "requests", title: "Requests", href: "/requests", key: "r" },
  { id: "runners", title: "Runners", href: "/runners", key: "n" },
  { id: "events", title: "Events", href: "/events", key: "e" },
  { id: "audit", title: "Audit", href: "/audit", key: "u" },
  { id: "faults", title: "Faults", href: "/faults", key: "f" },
];
