export function ChatList() {
  return <nav />;
}
