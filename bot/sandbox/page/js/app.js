// Puts the page together: mounts every part, listens to the server, opens the first conversation.
import { loadClock, loadPersonas, openChat, refreshChat, resendWaiting } from "./core/actions.js";
import { hear } from "./core/incoming.js";
import { installKeys } from "./core/keys.js";
import { followAddress, slugInAddress } from "./core/address.js";
import { listen } from "./core/stream.js";
import { emit, state } from "./core/store.js";
import { mountComposer } from "./compose/composer.js";
import { mountLog } from "./log/log.js";
import { mountClock } from "./shell/clock.js";
import { mountConnection } from "./shell/connection.js";
import { mountHeader } from "./shell/header.js";
import { mountHint } from "./shell/hint.js";
import { mountPeople } from "./shell/people.js";
import { toast } from "./shell/toast.js";
import { startWords, t } from "./words/index.js";

const wide = matchMedia("(min-width: 720px)");

function mountAll() {
  const place = (id) => document.getElementById(id);
  mountPeople(place("people"));
  mountHeader(place("chat-header"));
  mountClock(place("clock"));
  mountHint(place("hint"));
  mountLog(place("log"));
  mountComposer(place("compose"));
  mountConnection(place("connection"));
  installKeys();
}

async function loadEverything() {
  try {
    await Promise.all([loadPersonas(), loadClock()]);
  } catch {
    toast(t("errors.loading"));
    return;
  }
  if (state.current) {
    await refreshChat(state.current);
    resendWaiting();
    return;
  }
  const first = slugInAddress() ?? (wide.matches ? state.personas[0]?.slug : null);
  if (first) await openChat(first);
}

startWords();
mountAll();
followAddress((slug) => openChat(slug));
listen({
  heard: hear,
  opened: () => {
    state.online = true;
    emit("online");
    loadEverything();
  },
  lost: () => {
    state.online = false;
    emit("online");
  },
});
