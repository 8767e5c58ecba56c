import Box from "@cloudscape-design/components/box";
import { InternalLink } from "../../ui/InternalLink";
import { Title } from "../../ui/Title";

/** Where to begin. */
export default function Overview() {
  return (
    <>
      <Title>Overview</Title>
      <Box variant="p">
        <InternalLink to="/console/records">Add or find a record</InternalLink>
      </Box>
    </>
  );
}
