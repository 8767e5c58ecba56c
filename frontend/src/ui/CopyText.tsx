import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

interface Props {
  text: string;
  /** Shown in place of the text, for what is long. */
  label?: string;
  /** An icon is shown and no label. */
  isSmall?: boolean;
}

/** A text with a button that copies it. */
export function CopyText({ text, label, isSmall = false }: Props) {
  return (
    <CopyToClipboard
      variant={isSmall ? "icon" : label ? "button" : "inline"}
      {...(label && !isSmall
        ? { copyButtonText: label }
        : { copyButtonAriaLabel: label ?? `Copy ${text}` })}
      textToCopy={text}
      copySuccessText="Copied"
      copyErrorText="The browser did not let it be copied"
    />
  );
}
