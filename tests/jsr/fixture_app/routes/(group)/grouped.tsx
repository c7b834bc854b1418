export default function Grouped() {
  return <p>grouped page</p>;
}
