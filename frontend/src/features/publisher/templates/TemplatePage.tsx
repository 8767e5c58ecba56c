import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate, useParams } from "react-router";
import { AnswerLine } from "../../../ui/AnswerLine";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Title } from "../../../ui/Title";
import { useTemplate } from "./queries";
import { TemplateForm } from "./TemplateForm";

/** One template, to be changed by its author and by operators. */
export default function TemplatePage() {
  const { id = "" } = useParams();
  const navigate = useNavigate();
  const template = useTemplate(id);
  return (
    <SpaceBetween size="l">
      <Title
        actions={
          <Button onClick={() => void navigate(`/console/publisher/new?of=template&from=${id}`)}>
            Use
          </Button>
        }
      >
        Template
      </Title>
      {template.error && (
        <ErrorAlert
          error={template.error}
          what="The template could not be read"
          onRetry={() => void template.refetch()}
        />
      )}
      {template.data && (
        <TemplateForm
          template={template.data.data}
          onDone={() => void navigate("/console/templates")}
        />
      )}
      {template.data && <AnswerLine shown={1} what="template" complete receipt={template.data} />}
    </SpaceBetween>
  );
}
