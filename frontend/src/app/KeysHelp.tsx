import Modal from "@cloudscape-design/components/modal";
import { useConsole } from "./context";
import { KEY_TEXTS } from "./pageKeys";
import { PLACES } from "./pages";

/** Every key of the console. */
export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const { me } = useConsole();
  const places = PLACES.filter(({ key, needs }) => key && (!needs || me.may.includes(needs)));
  const rows = [
    ...KEY_TEXTS,
    ...places.map(({ key, title }): [string, string] => [`g ${key}`, title]),
  ];
  return (
    <Modal visible header="Keys" closeAriaLabel="Close" onDismiss={onClose}>
      <p>Single letters are switched off in the settings.</p>
      <table>
        <tbody>
          {rows.map(([key, text]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
