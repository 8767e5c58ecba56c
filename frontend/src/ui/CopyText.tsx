import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

interface Props {
  text: string;
  /** Shown in place of the text, for what is long. */
  label?: string;
}

/** A text with a button that copies it. */
export function CopyText({ text, label }: Props) {
  return (
    <CopyToClipboard
      variant={label ? "button" : "inline"}
      {...(label ? { copyButtonText: label } : { copyButtonAriaLabel: `Copy ${text}` })}
      textToCopy={text}
      copySuccessText="Copied"
      copyErrorText="The browser did not let it be copied"
    />
  );
}
