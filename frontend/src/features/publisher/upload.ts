import { read, type Api, type Schemas } from "../../api/client";

export type Media = Schemas["Media"];
export const TYPES = ["image/jpeg", "image/png"] as const;
export type ImageType = (typeof TYPES)[number];

/**
 * Upload an image: ask for a form, post it to the bucket, have it confirmed.
 *
 * `onProgress` is told the share that was sent, 0 to 1; `signal` cancels.
 *
 * @throws ApiProblem, or Error if the bucket refused the file.
 */
export async function uploadImage(
  api: Api,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Media> {
  const begun = await read(
    api.POST("/api/v1/media", {
      body: { content_type: file.type as ImageType, size_bytes: file.size },
      signal,
    }),
  );
  await postForm(begun.data, file, onProgress, signal);
  const params = { path: { media_id: begun.data.id } };
  const confirmed = await read(api.POST("/api/v1/media/{media_id}/confirm", { params, signal }));
  return confirmed.data;
}

/** fetch tells no progress of what it sends. */
function postForm(
  form: Schemas["ImageUpload"],
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fields = new FormData();
    for (const [name, value] of Object.entries(form.fields)) fields.append(name, value as string);
    fields.append("file", file); // S3 takes nothing that comes after it
    const request = new XMLHttpRequest();
    request.open("POST", form.url);
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onload = () =>
      request.status < 300
        ? resolve()
        : reject(new Error(`The bucket refused ${file.name}: status ${request.status}.`));
    request.onerror = () => reject(new Error(`${file.name} could not be sent to the bucket.`));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(fields);
  });
}
