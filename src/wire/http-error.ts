// Texts of the legacy HTTP-level errors, which .NET clients may compare.

/** 500. */
export const UNEXPECTED = 'An error has occurred.';

/** 415 for a body whose Content-Type is absent or cannot be parsed. */
export const UNPARSED_MEDIA =
  'The request contains an entity body but no Content-Type header. ' +
  "The inferred media type 'application/octet-stream' is not supported for this resource.";

/** 415 for a compressed body, which the legacy service did not know. */
export const UNSUPPORTED_ENCODING =
  "The request entity's content encoding is not supported for this resource.";

/** 415 for a body of a media type that no reader takes. */
export function unsupportedMedia(mediaType: string): string {
  return `The request entity's media type '${mediaType}' is not supported for this resource.`;
}

/** 405. */
export function wrongVerb(verb: string): string {
  return `The requested resource does not support http method '${verb}'.`;
}

/** 404; `url` is absolute. */
export function noRoute(url: string): string {
  return `No HTTP resource was found that matches the request URI '${unescapeUrl(url)}'.`;
}

const ESCAPES = /(?:%[0-9a-fA-F]{2})+/g;
// What .NET's Uri.ToString leaves escaped.
const STAYS_ESCAPED = /[\p{Cc}\p{Surrogate}%#?]/u;

/** Resolves percent escapes of readable characters, as .NET's Uri.ToString does. */
function unescapeUrl(url: string): string {
  return url.replace(ESCAPES, (run) => {
    try {
      const text = decodeURIComponent(run);
      return STAYS_ESCAPED.test(text) ? run : text;
    } catch {
      return run;
    }
  });
}
