export function ChatScreen() {
  return <p>…</p>;
}
