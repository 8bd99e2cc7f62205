// Keeps what is being typed, a line a person, also over a reload.
const key = (slug) => `tiexin.draft.${slug}`;

export const loadDraft = (slug) => sessionStorage.getItem(key(slug)) ?? "";

export function saveDraft(slug, text) {
  if (text) sessionStorage.setItem(key(slug), text);
  else sessionStorage.removeItem(key(slug));
}
