// After the page changed its language: says that the bot's language is each person's own choice.
import { sendText } from "../core/actions.js";
import { state } from "../core/store.js";
import { t } from "../words/index.js";
import { toast } from "./toast.js";

export function askLanguage() {
  const action = state.current && { label: t("language.ask"), press: () => sendText("/language") };
  toast(t("language.done"), action);
}
