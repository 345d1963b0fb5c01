export function AccountScreen() {
  return <p>…</p>;
}
