import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import DatePicker from "@cloudscape-design/components/date-picker";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { addNotice } from "../../../app/notices";
import { CopyRequest } from "../../../ui/CopyRequest";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { useDraft } from "../../../ui/useDraft";
import { BadgeField } from "./BadgeField";
import {
  buildCertification,
  checkFields,
  NO_FIELDS,
  readFields,
  type Certification,
  type Fields,
} from "./model";
import { useSaveCertification } from "./queries";

type Name = Exclude<keyof Fields, "isPublic">;
const TEXTS: [Name, string, string][] = [
  ["name", "Name", ""],
  ["issuer", "Issuer", ""],
  ["credentialId", "Credential ID", "Optional"],
  ["verifyUrl", "Where it can be verified", "Optional, https://…"],
];
const DAYS: [Name, string, string][] = [
  ["issuedOn", "Issued on", ""],
  ["expiresOn", "Ends on", "Empty: it never ends"],
];

interface Props {
  /** The certificate to change; null to add one. */
  before: Certification | null;
  onClose: () => void;
}

export default function CertificationForm({ before, onClose }: Props) {
  const [text, setText, forget] = useDraft(
    `certification-${before?.id ?? "new"}`,
    JSON.stringify(before ? readFields(before) : NO_FIELDS),
  );
  const fields = JSON.parse(text) as Fields;
  const [isChecked, setChecked] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const save = useSaveCertification();
  const problems = checkFields(fields);
  const change = (name: Name) => (value: string) =>
    setText(JSON.stringify({ ...fields, [name]: value }));
  const close = () => {
    forget();
    onClose();
  };
  const isGood = Object.keys(problems).length === 0;
  const build = () => ({ content: buildCertification(fields), before, key });
  const submit = () => {
    setChecked(true);
    if (!isGood || save.isPending) return;
    save.mutate(build(), {
      onSuccess: ({ data, curl }) => {
        const content = `${data.name} is ${before ? "changed" : "added"}.`;
        addNotice({ type: "success", content, curl });
        close();
      },
    });
  };
  const verb = before ? "Save" : "Add certificate";
  const field = (name: Name, label: string, constraint: string, input: React.ReactNode) => (
    <FormField
      key={name}
      label={label}
      constraintText={constraint}
      errorText={isChecked ? problems[name] : null}
    >
      {input}
    </FormField>
  );
  return (
    <form
      aria-label={before ? "Renew or change a certificate" : "Add a certificate"}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Container
        header={
          <Header variant="h2">{before ? `Renew ${before.name}` : "Add a certificate"}</Header>
        }
      >
        <SpaceBetween size="m">
          {save.error && <ErrorAlert error={save.error} what="Nothing was saved" />}
          <ColumnLayout columns={2}>
            {TEXTS.map(([name, label, constraint]) =>
              field(
                name,
                label,
                constraint,
                <Input
                  value={fields[name]}
                  onChange={({ detail }) => change(name)(detail.value)}
                />,
              ),
            )}
            {DAYS.map(([name, label, constraint]) =>
              field(
                name,
                label,
                constraint,
                <DatePicker
                  value={fields[name]}
                  placeholder="YYYY/MM/DD"
                  openCalendarAriaLabel={(date) =>
                    `${label}${date ? `: ${date}` : ""}: choose a day`
                  }
                  onChange={({ detail }) => change(name)(detail.value)}
                />,
              ),
            )}
          </ColumnLayout>
          <BadgeField value={fields.badgeMedia} onChange={change("badgeMedia")} />
          <Checkbox
            checked={fields.isPublic}
            description="Anybody with its address sees what is written here and the badge, and not who you are."
            onChange={({ detail }) =>
              setText(JSON.stringify({ ...fields, isPublic: detail.checked }))
            }
          >
            Public page
          </Checkbox>
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" loading={save.isPending}>
              {verb}
            </Button>
            <Button formAction="none" variant="link" onClick={close}>
              Cancel
            </Button>
            <CopyRequest describe={isGood ? () => save.describe(build()) : null} />
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </form>
  );
}
