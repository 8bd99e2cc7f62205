// PURE: turns messages into rows of the conversation: days, service lines, bubbles, albums, and who stands first and last in a group.
const GROUP_MS = 10 * 60 * 1000;

export function rowsOf({ messages, outgoing }, dayKey, serviceWords) {
  const rows = [];
  for (const message of messages) place(rows, message, dayKey, serviceWords);
  for (const item of outgoing) {
    startDay(rows, item.date, dayKey);
    rows.push({ key: item.key, kind: "outgoing", from: "me", date: item.date, sources: [item, item.state], item });
  }
  return markGroups(rows);
}

function place(rows, message, dayKey, serviceWords) {
  startDay(rows, message.date, dayKey);
  const last = rows.at(-1);
  const sameAlbum = message.album && last?.album === message.album && last.from === message.from;
  if (sameAlbum) last.sources.push(message);
  else {
    const kind = serviceWords(message) ? "service" : "bubble";
    rows.push({ key: `m-${message.id}`, kind, from: message.from, date: message.date, album: message.album, sources: [message] });
  }
}

function startDay(rows, date, dayKey) {
  const day = dayKey(date);
  if (rows.day === day) return;
  rows.day = day;
  rows.push({ key: `d-${day}`, kind: "day", date, sources: [] });
}

function markGroups(rows) {
  const together = (a, b) => a && b && a.from && a.from === b.from && a.kind !== "service" && b.kind !== "service" && Math.abs(new Date(b.date) - new Date(a.date)) < GROUP_MS;
  return rows.map((row, at) => ({ ...row, first: !together(rows[at - 1], row), last: !together(row, rows[at + 1]) }));
}
