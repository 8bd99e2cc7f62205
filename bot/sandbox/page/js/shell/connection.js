// The thin bar that tells when the line to the server is down.
import { on, state } from "../core/store.js";
import { t } from "../words/index.js";

export function mountConnection(bar) {
  on("online language", () => {
    bar.hidden = state.online;
    bar.textContent = state.online ? "" : t("connection.lost");
  });
}
