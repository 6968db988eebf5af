/**
 * multipart/form-data (RFC 7578), read and written synchronously over whole bodies: platforms' file
 * uploads are small, and adapters do no I/O. Lenient in what it reads, strict in what it writes.
 */

export interface Part {
  readonly name: string;
  /** Of a file. */
  readonly filename?: string;
  /** Lower case, without parameters; empty if the part names none. */
  readonly contentType: string;
  readonly body: Buffer;
}

/** The parts, in order; nothing when the body is no well-formed multipart of that boundary. */
export function readMultipart(contentType: string, body: Buffer): readonly Part[] | undefined {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined || !/^\s*multipart\/form-data\b/i.test(contentType)) return undefined;
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  // The first delimiter need not follow a line break: give it one.
  const bytes = Buffer.concat([LINE_BREAK, body]);
  const parts: Part[] = [];
  let at = bytes.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length;
    if (bytes.toString('latin1', start, start + 2) === '--') return parts;
    const end = bytes.indexOf(delimiter, start);
    const part = end < 0 ? undefined : readPart(bytes.subarray(start, end));
    if (part === undefined) return undefined;
    parts.push(part);
    at = end;
  }
  return undefined;
}

/** A body with its content type. `boundary` must not occur in what the parts hold. */
export function writeMultipart(
  parts: readonly Part[],
  boundary: string,
): { readonly contentType: string; readonly body: Buffer } {
  const chunks = parts.flatMap(({ name, filename, contentType, body }) => {
    const file = filename === undefined ? '' : `; filename="${escaped(filename)}"`;
    const type = contentType === '' ? '' : `Content-Type: ${contentType}\r\n`;
    const disposition = `Content-Disposition: form-data; name="${escaped(name)}"${file}\r\n`;
    return [Buffer.from(`--${boundary}\r\n${disposition}${type}\r\n`), body, LINE_BREAK];
  });
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

const LINE_BREAK = Buffer.from('\r\n');
const BLANK_LINE = Buffer.from('\r\n\r\n');

/** The bytes between two delimiters: the line's end, headers, a blank line, content. */
function readPart(bytes: Buffer): Part | undefined {
  const end = bytes.indexOf(BLANK_LINE);
  if (end < 0) return undefined;
  const head = bytes.toString('utf8', 0, end);
  const disposition = /^content-disposition:\s*form-data\b(.*)$/im.exec(head)?.[1];
  const name = disposition && parameter(disposition, 'name');
  if (disposition === undefined || name === undefined) return undefined;
  const filename = parameter(disposition, 'filename');
  const type = /^content-type:\s*([^;\s]+)/im.exec(head)?.[1]?.toLowerCase() ?? '';
  const body = bytes.subarray(end + BLANK_LINE.length);
  return { name, contentType: type, body, ...(filename === undefined ? {} : { filename }) };
}

function parameter(disposition: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(disposition);
  const value = found?.[1] ?? found?.[2];
  return value?.replace(/%22/g, '"').replace(/%0D/gi, '\r').replace(/%0A/gi, '\n');
}

/** As browsers do it (HTML standard, "multipart/form-data encoding algorithm"). */
function escaped(value: string): string {
  return value.replace(/"/g, '%22').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}
