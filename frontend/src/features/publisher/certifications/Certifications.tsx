import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, {
  type StatusIndicatorProps,
} from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { ListTable } from "../../../ui/ListTable";
import { Title } from "../../../ui/Title";
import { lazyPart } from "../../../ui/lazyPart";
import { useUrlState } from "../../../ui/useUrlState";
import { Announce } from "./Announce";
import { Announced } from "./Announced";
import { Badge } from "./Badge";
import { describeEnd, type Certification } from "./model";
import { PublicPage } from "./PublicPage";
import { useCertifications } from "./queries";
import { Reminders } from "./Reminders";

const DeleteDialog = lazyPart(() => import("./DeleteDialog"), { isExtra: true });
/** With its date pickers, which most visits need not. */
const CertificationForm = lazyPart(() => import("./CertificationForm"), { isExtra: true });

const LOOKS: Record<Certification["status"], StatusIndicatorProps.Type> = {
  active: "success",
  expiring: "warning",
  expired: "error",
};

/** Own certificates: which are valid, which end soon, and their badges. */
export default function Certifications() {
  const [state, setState] = useUrlState();
  const { data, pages } = useCertifications();
  const items = data.flatMap((page) => page.certifications);
  const edited = items.find(({ id }) => id === state.edit) ?? null;
  const close = () => setState({ add: null, edit: null });
  return (
    <SpaceBetween size="l">
      <Title
        description="Your certificates. You are reminded by e-mail 60, 30 and 7 days before one ends."
        actions={
          <Button variant="primary" onClick={() => setState({ add: "1", edit: null })}>
            Add a certificate
          </Button>
        }
      >
        Certifications
      </Title>
      {(state.add === "1" || edited) && (
        <CertificationForm key={edited?.id ?? "new"} before={edited} onClose={close} />
      )}
      <ListTable<Certification>
        what="certificates"
        items={items}
        trackBy="id"
        pages={pages}
        emptyHint="Add one, with its badge."
        columns={[
          {
            id: "badge",
            header: "Badge",
            cell: ({ badge_media: id, name }) => (id ? <Badge mediaId={id} name={name} /> : "–"),
          },
          {
            id: "name",
            header: "Name and issuer",
            isRowHeader: true,
            cell: ({ name, issuer, verify_url: url }) => (
              <>
                <Name name={name} url={url} />
                <Box variant="small">
                  <bdi>{issuer}</bdi>
                </Box>
              </>
            ),
          },
          {
            id: "status",
            header: "Status",
            cell: ({ status }) => (
              <StatusIndicator type={LOOKS[status]} wrapText={false}>
                {status}
              </StatusIndicator>
            ),
          },
          {
            id: "ends",
            header: "Ends",
            cell: (certification) => <Ends certification={certification} />,
          },
          {
            id: "page",
            header: "Public page",
            cell: (certification) => <PublicPage certification={certification} />,
          },
          {
            id: "announced",
            header: "Announced",
            cell: (certification) => <Announced certification={certification} />,
          },
          {
            id: "act",
            header: "Actions",
            cell: (certification) => (
              <SpaceBetween size="xxs">
                <Announce certification={certification} />
                <Button
                  variant="inline-link"
                  ariaLabel={`Renew or change ${certification.name}`}
                  onClick={() => setState({ edit: certification.id, add: null })}
                >
                  Renew
                </Button>
                <Delete certification={certification} />
              </SpaceBetween>
            ),
          },
        ]}
      />
    </SpaceBetween>
  );
}

function Name({ name, url }: { name: string; url: string | null }) {
  if (!url) return <bdi>{name}</bdi>;
  return (
    <Link href={url} external externalIconAriaLabel="Opens in a new tab">
      {name}
    </Link>
  );
}

/** How long it lasts, and when its owner is reminded. */
function Ends({ certification }: { certification: Certification }) {
  const { issued_on: issued, expires_on: ends } = certification;
  return (
    <>
      <div className="unbroken">{describeEnd(ends, new Date())}</div>
      <Box fontSize="body-s" color="text-body-secondary">
        {ends && <div className="unbroken">{ends}</div>}
        <div className="unbroken">issued {issued}</div>
      </Box>
      <Reminders certification={certification} />
    </>
  );
}

function Delete({ certification }: { certification: Certification }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button
        variant="inline-link"
        ariaLabel={`Delete ${certification.name}`}
        onClick={() => setAsking(true)}
      >
        Delete
      </Button>
      {isAsking && <DeleteDialog certification={certification} onClose={() => setAsking(false)} />}
    </>
  );
}
