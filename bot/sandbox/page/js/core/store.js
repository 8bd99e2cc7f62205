// Holds what the page knows, and tells whoever listens that a part of it has changed.
const listeners = new Map();

export const state = {
  bot: { name: "贴心", username: "" },
  personas: [],
  current: null,
  chats: new Map(),
  clock: { now: null, zone: "Asia/Shanghai", turning: false, heardAt: 0, from: null, target: null },
  online: true,
  busyTaps: new Map(),
};

export function on(topics, listener) {
  for (const topic of topics.split(" ")) {
    if (!listeners.has(topic)) listeners.set(topic, []);
    listeners.get(topic).push(listener);
  }
}

export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

export function persona(slug = state.current) {
  return state.personas.find((one) => one.slug === slug) ?? null;
}

export function chat(slug = state.current) {
  if (!state.chats.has(slug)) state.chats.set(slug, emptyChat());
  return state.chats.get(slug);
}

function emptyChat() {
  return {
    messages: [],
    keyboard: null,
    keyboardHidden: false,
    placeholder: null,
    commands: [],
    blocked: false,
    loaded: false,
    loading: null,
    late: [],
    outgoing: [],
    readUpTo: 0,
    typing: null,
  };
}

// The sandbox's own time: what the server last said, and the seconds that passed here since.
export function sandboxNow() {
  const { now, heardAt, turning } = state.clock;
  if (!now) return new Date();
  return new Date(now.getTime() + (turning ? 0 : Date.now() - heardAt));
}
