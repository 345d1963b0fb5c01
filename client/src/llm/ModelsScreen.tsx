export function ModelsScreen() {
  return <p>…</p>;
}
