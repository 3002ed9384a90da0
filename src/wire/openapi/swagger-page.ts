// Only what the pages of Swagger UI need; everything comes from this service.
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/** Headers of the page. */
export const PAGE_HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
} as const;

const STYLE = `
  html { -webkit-text-size-adjust: 100%; }
  body { margin: 0; background: #fafafa; }
  .swagger-ui .topbar, .swagger-ui .info hgroup a { display: none; }
  .swagger-ui .info { margin: 24px 0; }
  .swagger-ui .info .title { font-size: 28px; }
  .swagger-ui .scheme-container { display: none; }
  .swagger-ui .renderedMarkdown code { overflow-wrap: anywhere; }
  .swagger-ui .renderedMarkdown table { border-collapse: collapse; margin: 0 0 12px; width: auto; }
  .swagger-ui .renderedMarkdown table thead tr th, .swagger-ui .renderedMarkdown table tbody tr td,
  .swagger-ui .renderedMarkdown table tbody tr td:first-of-type {
    padding: 4px 16px 4px 0; max-width: none; width: auto; min-width: 0;
    vertical-align: top; text-align: left;
    font-size: 14px; line-height: 1.45;
  }
  .swagger-ui .renderedMarkdown table tbody tr td:first-of-type { white-space: nowrap; }
  .swagger-ui .renderedMarkdown li { margin: 4px 0; font-size: 14px; line-height: 1.5; }
  .swagger-ui .renderedMarkdown table tr { border-bottom: 1px solid rgba(59, 65, 81, 0.12); }
  .swagger-ui .responses-table .response-col_links { display: none !important; }
  .swagger-ui .opblock .opblock-summary-description { overflow-wrap: anywhere; }
  @media (max-width: 640px) {
    .swagger-ui .wrapper { padding: 0 12px; }
    .swagger-ui .opblock .opblock-summary { flex-wrap: wrap; }
    .swagger-ui .opblock .opblock-summary-description { padding: 6px 0 0; }
    .swagger-ui .opblock-description-wrapper, .swagger-ui .opblock .opblock-section-header,
    .swagger-ui .responses-inner { padding: 10px 12px; }
    .swagger-ui .opblock .opblock-section-header { flex-wrap: wrap; height: auto; gap: 8px; }
    .swagger-ui .opblock-section-header > label { margin-left: 0; }
    .swagger-ui table.parameters, .swagger-ui table.responses-table { display: block; }
    .swagger-ui .responses-table > thead, .swagger-ui .parameters > thead { display: none; }
    .swagger-ui .responses-table > tbody, .swagger-ui .parameters > tbody { display: block; }
    .swagger-ui .responses-table > tbody > tr, .swagger-ui .parameters > tbody > tr,
    .swagger-ui .responses-table > tbody > tr > td,
    .swagger-ui .parameters > tbody > tr > td {
      display: block; width: auto; max-width: 100%; padding: 6px 0;
    }
    .swagger-ui .response-controls { flex-direction: column; gap: 8px; }
    .swagger-ui .response-control-media-type { padding-right: 0; }
    .swagger-ui .renderedMarkdown ul { padding-left: 18px; }
    .swagger-ui .opblock .opblock-summary-method { min-width: 60px; padding: 4px 0; }
    .swagger-ui .renderedMarkdown table tbody tr td { overflow-wrap: anywhere; }
    .swagger-ui .renderedMarkdown table thead tr th,
    .swagger-ui .renderedMarkdown table tbody tr td,
    .swagger-ui .renderedMarkdown table tbody tr td:first-of-type {
      padding-right: 8px; font-size: 13px;
    }
    .swagger-ui select { max-width: 100%; }
    .swagger-ui textarea, .swagger-ui input[type='text'], .swagger-ui select {
      font-size: 16px !important; min-width: 0 !important;
    }
    .swagger-ui .parameters-col_description input[type='text'] { width: 100%; max-width: none; }
    .swagger-ui .btn { min-height: 40px; }
  }
`;

/**
 * The page around Swagger UI. The framework's own lacks the viewport, so a phone would show it
 * very small. `base`: where the assets are, with a slash at the end.
 */
export function swaggerPage(title: string, base: string): string {
  const scripts = ['swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'swagger-ui-init.js'];
  return `<!DOCTYPE html>
<html lang="zh">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${base}swagger-ui.css">
<link rel="icon" type="image/png" href="${base}favicon-32x32.png" sizes="32x32">
<style>${STYLE}</style>
</head>
<body>
<div id="swagger-ui"></div>
${scripts.map((file) => `<script src="${base}${file}"></script>`).join('\n')}
</body>
</html>
`;
}
