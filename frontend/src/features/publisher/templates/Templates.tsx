import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useConsole } from "../../../app/context";
import { usePageKey } from "../../../app/pageKeys";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { InternalLink } from "../../../ui/InternalLink";
import { ListTable } from "../../../ui/ListTable";
import { Time } from "../../../ui/Time";
import { Title } from "../../../ui/Title";
import { useUrlState } from "../../../ui/useUrlState";
import { CHANNEL_NAMES } from "../model";
import type { Template } from "./model";
import { useDeleteTemplate, useTemplates } from "./queries";
import { TemplateForm } from "./TemplateForm";

/** Texts with fields, of which messages are made; all publishers share them. */
export default function Templates() {
  const [state, setState] = useUrlState();
  const navigate = useNavigate();
  const { me } = useConsole();
  const [removed, setRemoved] = useState<Template | null>(null);
  const { data, pages } = useTemplates();
  const mayWrite = me.may.includes("templates.write");
  const mayChange = ({ created_by: author }: Template) =>
    mayWrite && (author === me.id || me.groups.includes("operator"));
  usePageKey("omnidata:new", () => mayWrite && setState({ add: "1" }));
  return (
    <SpaceBetween size="l">
      <Title
        description="Texts with fields such as {{place}}. All publishers use them; their authors and operators change them."
        actions={
          mayWrite && (
            <Button variant="primary" onClick={() => setState({ add: "1" })}>
              New template
            </Button>
          )
        }
      >
        Templates
      </Title>
      {state.add === "1" && mayWrite && (
        <TemplateForm template={null} onDone={() => setState({ add: null })} />
      )}
      <ListTable<Template>
        what="templates"
        items={data.flatMap((page) => page.templates)}
        trackBy="id"
        pages={pages}
        emptyHint="Write one, for a text that you write again and again."
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ id, name }) => (
              <InternalLink to={`/console/templates/${id}`}>{name}</InternalLink>
            ),
          },
          {
            id: "text",
            header: "Text",
            cell: ({ content }) => <bdi>{content.slice(0, 80)}</bdi>,
          },
          { id: "fields", header: "Fields", cell: ({ fields }) => fields.join(", ") || "–" },
          {
            id: "channels",
            header: "Channels",
            cell: ({ channels }) =>
              channels.map((channel) => CHANNEL_NAMES[channel]).join(", ") || "–",
          },
          { id: "at", header: "Changed", cell: ({ updated_at: at }) => <Time at={at} /> },
          {
            id: "actions",
            header: "Actions",
            cell: (template) => (
              <SpaceBetween direction="horizontal" size="s">
                <Button
                  variant="inline-link"
                  ariaLabel={`Use ${template.name}`}
                  onClick={() =>
                    void navigate(`/console/publisher/new?of=template&from=${template.id}`)
                  }
                >
                  Use
                </Button>
                <Button
                  variant="inline-link"
                  disabled={!mayChange(template)}
                  ariaLabel={`Delete ${template.name}`}
                  onClick={() => setRemoved(template)}
                >
                  Delete
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {removed && <Delete template={removed} onClose={() => setRemoved(null)} />}
    </SpaceBetween>
  );
}

function Delete({ template, onClose }: { template: Template; onClose: () => void }) {
  const remove = useDeleteTemplate();
  const { me } = useConsole();
  return (
    <ConfirmDialog
      action="Delete 1 template"
      count={1}
      stage={me.stage}
      isBusy={remove.isPending}
      describe={() => remove.describe(template)}
      error={remove.error && <ErrorAlert error={remove.error} what="It was not deleted" />}
      onConfirm={() => remove.mutate(template, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <p>
        <bdi>{template.name}</bdi> is deleted for all publishers. Messages that were made of it stay
        as they are.
      </p>
    </ConfirmDialog>
  );
}
