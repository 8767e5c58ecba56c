import Box from "@cloudscape-design/components/box";
import { useLocation } from "react-router";
import { Title } from "../ui/Title";
import { InternalLink } from "../ui/InternalLink";

export function NoSuchPage() {
  const { pathname } = useLocation();
  return (
    <>
      <Title>No such page</Title>
      <Box variant="p">
        The console has no page <code>{pathname}</code>.{" "}
        <InternalLink to="/console">Go to the overview</InternalLink>
      </Box>
    </>
  );
}
