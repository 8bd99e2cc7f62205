// Listens to the server's events and comes back by itself when the line is lost.
const FIRST_PAUSE_MS = 600;
const LONGEST_PAUSE_MS = 5000;

export function listen({ heard, opened, lost }) {
  let pause = FIRST_PAUSE_MS;

  function connect() {
    const source = new EventSource("/api/events");
    source.onopen = () => {
      pause = FIRST_PAUSE_MS;
      opened();
    };
    source.onmessage = (event) => heard(JSON.parse(event.data));
    source.onerror = () => {
      source.close();
      lost();
      setTimeout(connect, pause);
      pause = Math.min(pause * 1.6, LONGEST_PAUSE_MS);
    };
  }

  connect();
}
