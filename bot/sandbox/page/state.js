// What the sandbox told us last, where the person is (in the address, so a link opens the same view), and
// the one way to do something: act().

const FIRST = "U0ALICE";
export const place = { as: FIRST, in: "", thread: "", tab: "" };
export let state = null;

const ASLEEP = "The sandbox does not answer. Is it still running?";
const watchers = { state: [], place: [], connection: [], failure: [] };
let stream = null;
let heard = 0;
let fetching = false;
let stale = false;
let retry = null;

/** Call `watcher` on every new "state", "place", "connection" (true, false) or "failure" (a text for the person). */
export function watch(what, watcher) {
  watchers[what].push(watcher);
}

function tell(what, value) {
  for (const watcher of watchers[what]) watcher(value);
}

export const fail = (text) => tell("failure", text);
export const userOf = (id) => state?.users.find((user) => user.id === id);
export const channelOf = (id) => state?.channels.find((channel) => channel.id === id);
export const me = () => state?.me ?? userOf(place.as);
export const bot = () => userOf(state?.dms?.[0]?.with) ?? state?.users.find((user) => user.kind === "bot");
/** The conversation with the app; "app" in the address stands for it, whoever looks. */
export const directMessage = () => state?.dms?.[0]?.id ?? "";
export const messagesIn = (channel) => state?.messages?.[channel] ?? [];
export const joinedChannels = () => (state?.channels ?? []).filter((channel) => channel.is_member);
/** The sandbox's time, in seconds since 1970: its clock can be ahead of this machine's. */
export const now = () =>
  state?.clock ? state.clock.now + (performance.now() - heard) / 1000 : Date.now() / 1000;
export const nameOf = (user) => user?.real_name || user?.name || "Someone";

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const before = { ...place };
  for (const key of Object.keys(place)) place[key] = hash.get(key) ?? "";
  place.as ||= before.as;
  if (place.as !== before.as) connect();
  tell("place", before);
}

/** Go somewhere: go({in: "C0PRODUCT", thread: ""}). What is not named stays, but a new conversation closes the thread. */
export function go(where, { replace = false } = {}) {
  const next = { ...place, ...(where.in && where.in !== place.in ? { thread: "", tab: "" } : {}), ...where };
  const hash = `#${new URLSearchParams(Object.entries(next).filter(([, value]) => value))}`;
  if (hash === location.hash) return;
  if (replace) history.replaceState(null, "", hash);
  else location.hash = hash;
  if (replace) readHash();
}

/** Act as another account; it starts in the first conversation that it has. */
export function become(user) {
  go({ as: user, in: "", thread: "", tab: "" });
}

/** Ask how things stand now; calls that come meanwhile are one more question after this one. */
export async function refresh() {
  stale = true;
  if (fetching) return;
  fetching = true;
  while (stale) {
    stale = false;
    const asked = place.as;
    const answer = await ask(asked);
    if (asked !== place.as) stale = true;
    else if (answer) {
      state = answer;
      heard = performance.now();
      setTimeout(tell, 0, "state");
      if (state.app?.connected === false) setTimeout(refresh, 1000); // nobody tells of the bot's own connection
    }
  }
  fetching = false;
}

async function ask(account) {
  try {
    const response = await fetch(`/sandbox/state?as=${encodeURIComponent(account)}`);
    if (response.ok) return await response.json();
    if (response.status < 500 && account !== FIRST) become(FIRST); // an address with an account that is not here
  } catch {
    tell("connection", false);
  }
  return null;
}

/** Follow the sandbox as the account in `place`; when it restarts, connect again. */
export function connect() {
  stream?.close();
  clearTimeout(retry);
  refresh();
  stream = new EventSource(`/sandbox/stream?as=${encodeURIComponent(place.as)}`);
  stream.onopen = () => {
    tell("connection", true);
    refresh();
  };
  stream.onmessage = refresh;
  stream.onerror = () => {
    tell("connection", false);
    if (stream.readyState !== EventSource.CLOSED) return;
    clearTimeout(retry);
    retry = setTimeout(connect, 1000);
  };
}

/** Do something as the current account: {ok: true, ...}, or {ok: false, error} after telling the person. */
export const act = (doing, details = {}) => send("/sandbox/act", { as: place.as, do: doing, ...details });

/** Ask the sandbox itself for something: its clock, its faults, its channels. Answers as act() does. */
export async function send(path, said) {
  let answer;
  try {
    const headers = { "Content-Type": "application/json" };
    answer = await (await fetch(path, { method: "POST", headers, body: JSON.stringify(said) })).json();
  } catch {
    answer = { ok: false, error: ASLEEP };
  }
  if (!answer.ok && !answer.errors) fail(answer.error ?? "That did not work.");
  return answer;
}

export function start() {
  addEventListener("hashchange", readHash);
  const hash = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(place)) place[key] = hash.get(key) ?? place[key];
  connect();
}
