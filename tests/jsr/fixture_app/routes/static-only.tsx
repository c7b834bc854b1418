export default function StaticOnly() {
  return <p>No island here</p>;
}
