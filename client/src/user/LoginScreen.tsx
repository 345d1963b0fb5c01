export function LoginScreen() {
  return <p>…</p>;
}
