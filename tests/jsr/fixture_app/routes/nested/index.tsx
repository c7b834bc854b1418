export default function Nested() {
  return <p>nested page</p>;
}
