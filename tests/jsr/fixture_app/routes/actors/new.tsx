export default function NewActor() {
  return <p>The name wins over the parameter</p>;
}
