/** Where the text of an export goes. */
export type ExportSink = {
  write(text: string): Promise<void>;
  /** Makes the file appear. */
  close(): Promise<void>;
  /** Leaves no file behind. */
  abort(): Promise<void>;
};

type Writable = {
  write(text: string): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
};
type SavePicker = (options: object) => Promise<{ createWritable(): Promise<Writable> }>;

const TYPE = "application/jsonl";
/** Text becomes a part of the file when there is so much: the browser may keep that on disk. */
const PART_LENGTH = 1024 * 1024;

/** Asks where to save, where the browser can; undefined when the person changed their mind. */
export async function openSink(name: string): Promise<ExportSink | undefined> {
  const { showSaveFilePicker } = window as { showSaveFilePicker?: SavePicker };
  if (showSaveFilePicker === undefined) return downloadSink(name);
  const types = [{ accept: { [TYPE]: [".jsonl"] } }];
  try {
    const handle = await showSaveFilePicker.call(window, { suggestedName: name, types });
    return await handle.createWritable();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
}

/** Collects the file and hands it to the browser as a download. */
function downloadSink(name: string): ExportSink {
  let parts: Blob[] = [];
  let text = "";
  const flush = () => {
    parts.push(new Blob([text]));
    text = "";
  };
  return {
    write(more) {
      text += more;
      if (text.length >= PART_LENGTH) flush();
      return Promise.resolve();
    },
    close() {
      flush();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(parts, { type: TYPE }));
      link.download = name;
      link.click();
      // The download has its own hold on the file by then.
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      return Promise.resolve();
    },
    abort() {
      parts = [];
      text = "";
      return Promise.resolve();
    },
  };
}
