import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CopyRequest } from "../../../ui/CopyRequest";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { useDraft } from "../../../ui/useDraft";
import { useAddSuppression } from "./queries";

/** An address that is to get no e-mail; what is written is kept until it is added. */
export function AddSuppression({ onClose }: { onClose: () => void }) {
  const [address, setAddress, clearAddress] = useDraft("suppression-address");
  const [note, setNote, clearNote] = useDraft("suppression-note");
  const add = useAddSuppression();
  const body = { address: address.trim(), reason: "manual" as const, note: note.trim() || null };
  const submit = () => {
    if (add.isPending) return;
    add.mutate(body, {
      onSuccess: () => {
        clearAddress();
        clearNote();
        onClose();
      },
    });
  };
  return (
    <form
      aria-label="Add an address"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Container header={<Header variant="h2">Add an address</Header>}>
        <SpaceBetween size="m">
          {add.error && <ErrorAlert error={add.error} what="The address was not added" />}
          <FormField label="E-mail address">
            <Input
              value={address}
              spellcheck={false}
              onChange={({ detail }) => setAddress(detail.value)}
            />
          </FormField>
          <FormField label="Note" constraintText="Optional, 200 characters at most">
            <Input value={note} onChange={({ detail }) => setNote(detail.value.slice(0, 200))} />
          </FormField>
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" loading={add.isPending}>
              Add
            </Button>
            <Button formAction="none" variant="link" onClick={onClose}>
              Cancel
            </Button>
            <CopyRequest describe={body.address ? () => add.describe(body) : null} />
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </form>
  );
}
