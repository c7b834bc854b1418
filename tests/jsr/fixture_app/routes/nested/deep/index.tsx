export default function DeepPage() {
  return <p>deep page</p>;
}
