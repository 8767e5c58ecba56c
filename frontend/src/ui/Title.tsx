import Header from "@cloudscape-design/components/header";
import { useEffect, type ReactNode } from "react";

interface Props {
  children: string;
  actions?: ReactNode;
  description?: ReactNode;
  counter?: string | undefined;
  info?: ReactNode;
}

/** A page's only `h1`, which is the document's title as well. */
export function Title({ children, actions, description, counter, info }: Props) {
  useEffect(() => {
    document.title = `${children} · OmniData`;
  }, [children]);
  return (
    <Header variant="h1" actions={actions} description={description} counter={counter} info={info}>
      {children}
    </Header>
  );
}
