const SIDE_PX = 640; // Instagram takes no smaller one than 320

/** A plain picture to send with a test, drawn here: a channel may take no post without one. */
export async function drawPicture(): Promise<File> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE_PX;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("The browser draws no picture.");
  pen.fillStyle = "#006ce0";
  pen.fillRect(0, 0, SIDE_PX, SIDE_PX);
  pen.fillStyle = "#ffffff";
  pen.font = `${SIDE_PX / 5}px sans-serif`;
  pen.textAlign = "center";
  pen.fillText("Test", SIDE_PX / 2, SIDE_PX / 2);
  const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg"));
  if (!drawn) throw new Error("The browser draws no picture.");
  return new File([drawn], "test.jpg", { type: "image/jpeg" });
}
