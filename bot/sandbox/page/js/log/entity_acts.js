// What happens when a word in a bubble is pressed: a command is sent, code is copied, an address is shown but never opened.
import { openChat, sendText } from "../core/actions.js";
import { state } from "../core/store.js";
import { avatar } from "../shell/avatar.js";
import { pickDialog } from "../shell/dialog.js";
import { toast } from "../shell/toast.js";
import { t } from "../words/index.js";

export const entityActs = { command: sendText, copy, visit };

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    toast(t("message.copied"));
  } catch {
    toast(words);
  }
}

export function visit(url) {
  const code = inviteCode(url);
  if (code) openAs(code);
  else toast(t("message.link", { url }));
}

// A link that starts this very bot stays inside the sandbox: one only has to say who opens it.
function inviteCode(url) {
  const found = /^(?:https?:\/\/)?t\.me\/(\w+)\?start=([\w-]{1,64})$/.exec(url);
  return found && found[1].toLowerCase() === state.bot.username?.toLowerCase() ? found[2] : null;
}

function openAs(code) {
  pickDialog(t("invite.title"), state.personas.map((one) => ({
    face: avatar(one, "mini"),
    label: one.name,
    press: async () => {
      await openChat(one.slug);
      await sendText(`/start ${code}`, one.slug);
    },
  })));
}
