// Speaks to the sandbox's server: one function a way of asking, every failure an ApiError with a slug.
const OWN = { "X-Tiexin-Sandbox": "1" };

export class ApiError extends Error {
  constructor(slug, { offline = false } = {}) {
    super(slug);
    this.slug = slug;
    this.offline = offline;
  }
}

export const get = (path) => ask(path, { headers: OWN });

export const post = (path, body = {}) =>
  ask(path, { method: "POST", headers: { ...OWN, "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const upload = (path, form) => ask(path, { method: "POST", headers: OWN, body: form });

export const fileAddress = (fileId) => `/api/file/${encodeURIComponent(fileId)}`;

export const chatAddress = (slug, act = "") => `/api/chat/${encodeURIComponent(slug)}${act && `/${act}`}`;

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, cache: "no-store" });
  } catch {
    throw new ApiError("offline", { offline: true });
  }
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(said.error ?? `http_${response.status}`);
  return said;
}
